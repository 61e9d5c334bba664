import { z } from 'zod';

const content = z.object({ name: z.string().min(1), contentBase64: z.string() });
const fileName = z.string().regex(/^[^\\/:*?"<>|\0]{1,120}$/);

/**
 * What the window may ask of the desktop shell: what only a desktop can do, and nothing that the engine does. Input and
 * output are parsed by the shell; the bridge and the window's client are derived from here.
 */
export const shellCalls = {
  /** Asks for folders of a release bundle; empty when the person changed their mind. */
  chooseFolders: { input: z.strictObject({}), output: z.array(z.string()) },
  /** Asks for one file of these kinds and reads it; at most 64 MiB. */
  openFile: {
    input: z.strictObject({
      extensions: z
        .array(z.string().regex(/^[a-z0-9]{1,8}$/))
        .min(1)
        .max(8),
    }),
    output: content.nullable(),
  },
  /** Asks where to, and writes there; null when the person changed their mind. */
  saveFile: {
    input: z.strictObject({ name: fileName, contentBase64: z.base64() }),
    output: z.object({ path: z.string() }).nullable(),
  },
  /** Whether the operating system's keyring can keep passphrases, and of which sites it does. */
  keyring: { input: z.strictObject({}), output: z.object({ available: z.boolean(), sites: z.array(z.string()) }) },
  /** Keeps a site's passphrase in the keyring; false where there is none, so that it is asked for at each start. */
  rememberPassphrase: {
    input: z.strictObject({ site: z.string().min(1).max(64), passphrase: z.string().min(1).max(1024) }),
    output: z.object({ kept: z.boolean() }),
  },
  forgetPassphrase: {
    input: z.strictObject({ site: z.string().min(1).max(64) }),
    output: z.object({ forgotten: z.boolean() }),
  },
} as const;

export type ShellCallName = keyof typeof shellCalls;
export type ShellInput<Name extends ShellCallName> = z.input<(typeof shellCalls)[Name]['input']>;
export type ShellOutput<Name extends ShellCallName> = z.output<(typeof shellCalls)[Name]['output']>;

/** What carries each call out. */
export type ShellHandlers = {
  readonly [Name in ShellCallName]: (input: z.output<(typeof shellCalls)[Name]['input']>) => Promise<ShellOutput<Name>>;
};

/**
 * `window.sitewright` in the desktop. After `connect` the window gets the message `channels.port` with a port that speaks
 * the contract; `channels.lost` tells that the engine behind it has ended.
 */
export type ShellBridge = {
  readonly connect: () => void;
  readonly call: <Name extends ShellCallName>(name: Name, input: ShellInput<Name>) => Promise<ShellOutput<Name>>;
};
