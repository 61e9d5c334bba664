import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { extname, join, normalize, sep } from 'node:path';

/** One answer of the static files. */
export type Asset = { readonly content: string | Buffer; readonly headers: Readonly<Record<string, string>> };

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.ttf': 'font/ttf',
  '.json': 'application/json',
};

/** What a page may load: its own files, its own socket, styles with the nonce of this answer. */
export function contentSecurityPolicy(nonce: string, connect: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src ${connect}`,
    "frame-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/**
 * A file of the built renderer, or undefined. A path never leads out of the folder. Pages get a fresh nonce, in the policy and
 * in their own `csp-nonce`.
 */
export function rendererFile(folder: string, path: string, connect: string): Asset | undefined {
  const name = path === '/' ? 'index.html' : decodePath(path);
  if (name === undefined) return undefined;
  const file = normalize(join(folder, name));
  const mediaType = mediaTypes[extname(file)];
  if (!file.startsWith(folder + sep) || mediaType === undefined) return undefined;
  const common = {
    'content-type': mediaType,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };
  try {
    if (extname(file) !== '.html') return { content: readFileSync(file), headers: common };
    const nonce = randomBytes(16).toString('base64');
    const content = readFileSync(file, 'utf8').replace(
      'name="csp-nonce" content=""',
      `name="csp-nonce" content="${nonce}"`,
    );
    return { content, headers: { ...common, 'content-security-policy': contentSecurityPolicy(nonce, connect) } };
  } catch {
    return undefined;
  }
}

function decodePath(path: string): string | undefined {
  try {
    const decoded = decodeURIComponent(path).replace(/^\/+/, '');
    return /[\0\\]/.test(decoded) ? undefined : decoded;
  } catch {
    return undefined;
  }
}
