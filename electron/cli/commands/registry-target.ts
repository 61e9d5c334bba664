import type { Command } from 'commander';
import { SitewrightError } from '../../contract/errors.ts';
import { adHocRegistrySchema, type RegistryTarget } from '../../contract/registry-target.ts';
import { type Text, text } from '../../contract/text.ts';
import { both } from '../command.ts';
import { parsed } from '../input.ts';
import { readCertificate } from '../named-file.ts';
import type { Output } from '../output.ts';
import { readSecret, readSecretFile } from '../secret-input.ts';

export type RegistryOptions = {
  readonly site?: string;
  readonly registry?: string;
  readonly prefix?: string;
  readonly username?: string;
  readonly passwordStdin?: boolean;
  readonly passwordFile?: string;
  readonly ca?: string[];
  readonly systemTrust?: boolean;
  readonly fingerprint?: string;
  readonly plainHttp?: boolean;
  readonly through?: string;
  readonly throughHostKey?: string;
  readonly throughSecretFile?: string;
};

/** Options that name a registry: a site's, or one that no site describes. */
export function registryOptions(command: Command): Command {
  return command
    .option('--site <name>', both('cli.option.site-registry'))
    .option('--registry <url>', both('cli.option.registry'))
    .option('--prefix <path>', both('cli.option.prefix'))
    .option('--username <name>', both('cli.option.username'))
    .option('--password-stdin', both('cli.option.password-stdin'))
    .option('--password-file <path>', both('cli.option.password-file'))
    .option('--ca <pem...>', both('cli.option.ca'))
    .option('--system-trust', both('cli.option.system-trust'))
    .option('--fingerprint <sha256>', both('cli.option.tls-fingerprint'))
    .option('--plain-http', both('cli.option.plain-http'))
    .option('--through <user@host>', both('cli.option.through'))
    .option('--through-host-key <fingerprint>', both('cli.option.through-host-key'))
    .option('--through-secret-file <path>', both('cli.option.through-secret-file'));
}

/** The target that the options name. The password comes from a pipe, a file or the keyboard, never from the command line. */
export async function registryTarget(options: RegistryOptions, prompt: string): Promise<RegistryTarget> {
  const { site, registry, fingerprint } = options;
  if (site !== undefined && registry !== undefined) throw invalid(text('usage.site-and-registry'));
  if (site !== undefined) return { site };
  if (registry === undefined) throw invalid(text('usage.site-or-registry'));
  checkAddress(registry);
  if (fingerprint !== undefined && !adHocRegistrySchema.shape.fingerprint.safeParse(fingerprint).success)
    throw invalid(text('usage.fingerprint'));
  const described = parsed(adHocRegistrySchema, {
    url: registry,
    prefix: options.prefix,
    user: options.username,
    authorities: (options.ca ?? []).map(readCertificate),
    systemTrust: options.systemTrust,
    fingerprint,
    plainHttp: options.plainHttp,
    through: jumpHost(options),
  });
  // Asked for last: nobody types a password into a call that is refused.
  return { registry: { ...described, password: (await passwordOf(options, prompt)) ?? '' } };
}

/** Refuses what is no address of a registry, and says what it lacks; the rest is judged by whoever calls it. */
function checkAddress(url: string): void {
  // What may be a password is not repeated.
  if (url.includes('@')) throw invalid(text('usage.registry-account'));
  if (/^https?:\/\//i.test(url) && URL.canParse(url)) return;
  const bare = /^[^/:\s]+(:\d+)?(\/|$)/.test(url) && URL.canParse(`https://${url}`);
  throw invalid(text(bare ? 'usage.registry-scheme' : 'usage.registry-url', { url }));
}

/** `user@host` or `user@host:port`; its key and its secret have to be named with it. */
function jumpHost({ through, throughHostKey, throughSecretFile }: RegistryOptions) {
  if (through === undefined) return undefined;
  const [, user, address, port] = /^([^@\s]+)@(\[[^\]]+\]|[^:\s]+)(?::(\d+))?$/.exec(through) ?? [];
  if (user === undefined || address === undefined || Number(port ?? 22) < 1 || Number(port ?? 22) > 65535)
    throw invalid(text('usage.through'));
  if (!hostKeySchema.safeParse(throughHostKey).success) throw invalid(text('usage.through-host-key'));
  if (throughSecretFile === undefined) throw invalid(text('usage.through-secret'));
  const secret = readSecretFile(throughSecretFile, '--through-secret-file');
  if (secret === '') throw invalid(text('usage.through-secret-empty'));
  return {
    ...{ user, address: address.replace(/^\[|\]$/g, ''), hostKey: throughHostKey, secret },
    ...(port !== undefined && { port: Number(port) }),
  };
}

const { hostKey: hostKeySchema } = adHocRegistrySchema.shape.through.unwrap().shape;

async function passwordOf(options: RegistryOptions, prompt: string): Promise<string | undefined> {
  const { username, passwordFile, passwordStdin } = options;
  const source = passwordFile !== undefined ? '--password-file' : passwordStdin ? '--password-stdin' : undefined;
  if (username === undefined) {
    if (source !== undefined) throw invalid(text('usage.username-missing', { option: source }));
    return undefined;
  }
  if (passwordFile !== undefined) return readSecretFile(passwordFile, '--password-file');
  if (source === undefined && !process.stdin.isTTY) throw invalid(text('usage.password-missing'));
  return await readSecret(prompt);
}

const invalid = (problem: Text) => new SitewrightError('usage-invalid', { problem });

/** The same, asking for the password in the user's language where it has to be typed. */
export const targetOf = (options: RegistryOptions, output: Output): Promise<RegistryTarget> =>
  registryTarget(options, output.say(text('cli.prompt.password')));
