import { isIP } from 'node:net';
import { SitewrightError } from '../../../contract/errors.ts';

/** What a kubeconfig's current context says about reaching and trusting the cluster. */
export type ClusterAccess = {
  /** Base URL of the API without a closing slash. */
  readonly server: string;
  /** TLS material; `servername` only where the kubeconfig or a forwarded address asks for it. */
  readonly tls: {
    readonly ca?: string | Buffer;
    readonly cert?: string | Buffer;
    readonly key?: string | Buffer;
    readonly servername?: string;
    readonly rejectUnauthorized?: boolean;
  };
  /** HTTP proxy before the cluster, if the kubeconfig names one. */
  readonly proxy?: string;
  /** Headers that sign a request in; asked before each one, because tokens of plug-ins expire. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
};

type TlsOptions = {
  ca?: string | Buffer;
  cert?: string | Buffer;
  key?: string | Buffer;
  servername?: string;
  rejectUnauthorized?: boolean;
  auth?: string;
  headers?: Record<string, string>;
};

/**
 * Reads a kubeconfig: cluster, CA, token, client certificate and credential plug-ins. `server` replaces the address where
 * the API is reached through a forwarded port; the certificate is still verified for the kubeconfig's own name.
 * Error: usage-invalid, which never quotes the kubeconfig, because a parser's message may show a token.
 */
export async function readKubeconfig(
  kubeconfig: string,
  options: { readonly server?: string } = {},
): Promise<ClusterAccess> {
  // This one file, not the package's entry: the entry loads every generated API model and costs over a second.
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = new KubeConfig();
  try {
    config.loadFromString(kubeconfig);
  } catch (error) {
    throw invalid(problemOf(error));
  }
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  if (cluster === null) throw invalid(`the current context "${config.getCurrentContext() ?? ''}" names no cluster`);
  if (user === null) throw invalid(`the current context "${config.getCurrentContext() ?? ''}" names no user`);
  if (!/^https?:\/\//.test(cluster.server)) throw invalid('the cluster has no server address');

  const sign = async (): Promise<TlsOptions> => {
    const signed: TlsOptions = {};
    try {
      await config.applyToHTTPSOptions(signed);
    } catch (error) {
      throw invalid(`its credentials could not be had (${problemOf(error)})`);
    }
    return signed;
  };
  const first = await sign();
  const dynamic = user.exec !== undefined || user.authProvider !== undefined;
  const own = new URL(cluster.server);
  const server = (options.server ?? cluster.server).replace(/\/+$/, '');
  const moved = new URL(server).hostname !== own.hostname;
  const servername = cluster.tlsServerName ?? (moved && isIP(own.hostname) === 0 ? own.hostname : undefined);
  return {
    server,
    tls: {
      ...(first.ca === undefined ? {} : { ca: first.ca }),
      ...(first.cert === undefined ? {} : { cert: first.cert }),
      ...(first.key === undefined ? {} : { key: first.key }),
      ...(servername === undefined ? {} : { servername }),
      ...(cluster.skipTLSVerify === true ? { rejectUnauthorized: false } : {}),
    },
    ...(cluster.proxyUrl === undefined || cluster.proxyUrl === '' ? {} : { proxy: cluster.proxyUrl }),
    headers: async () => headersOf(dynamic ? await sign() : first),
  };
}

function headersOf(signed: TlsOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  if (signed.auth !== undefined) headers.authorization = `Basic ${Buffer.from(signed.auth).toString('base64')}`;
  for (const [name, value] of Object.entries(signed.headers ?? {})) headers[name.toLowerCase()] = String(value);
  return headers;
}

function invalid(problem: string): SitewrightError {
  return new SitewrightError('usage-invalid', { problem: `kubeconfig: ${problem}` });
}

/** A YAML parser's `reason` and line, never its message: that one quotes the source text. */
function problemOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unreadable';
  if ('reason' in error && typeof error.reason === 'string') {
    const mark =
      'mark' in error && typeof error.mark === 'object' && error.mark !== null && 'line' in error.mark
        ? error.mark.line
        : undefined;
    return typeof mark === 'number' ? `${error.reason}, line ${mark + 1}` : error.reason;
  }
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'a field is missing or malformed';
}
