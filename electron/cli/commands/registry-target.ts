import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { SitewrightError } from '../../contract/errors.ts';
import { adHocRegistrySchema, type RegistryTarget } from '../../contract/registry-target.ts';
import { text } from '../../contract/text.ts';
import { both } from '../command.ts';
import { parsed } from '../input.ts';
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
  if ((options.site === undefined) === (options.registry === undefined))
    throw new SitewrightError('usage-invalid', { problem: '--site | --registry' });
  if (options.site !== undefined) return { site: options.site };
  const registry = parsed(adHocRegistrySchema, {
    url: options.registry,
    prefix: options.prefix,
    user: options.username,
    password: await passwordOf(options, prompt),
    authorities: (options.ca ?? []).map(readCertificate),
    systemTrust: options.systemTrust,
    fingerprint: options.fingerprint,
    plainHttp: options.plainHttp,
    through: jumpHost(options),
  });
  return { registry };
}

/** `user@host` or `user@host:port`; its key and its secret have to be named with it. */
function jumpHost({ through, throughHostKey, throughSecretFile }: RegistryOptions) {
  if (through === undefined) return undefined;
  const [, user, address, port] = /^([^@\s]+)@(\[[^\]]+\]|[^:\s]+)(?::(\d+))?$/.exec(through) ?? [];
  if (user === undefined || address === undefined)
    throw new SitewrightError('usage-invalid', { problem: `--through ${through}` });
  if (throughHostKey === undefined) throw new SitewrightError('usage-invalid', { problem: '--through-host-key' });
  if (throughSecretFile === undefined) throw new SitewrightError('usage-invalid', { problem: '--through-secret-file' });
  return {
    ...{ user, address: address.replace(/^\[|\]$/g, ''), hostKey: throughHostKey },
    secret: readSecretFile(throughSecretFile),
    ...(port !== undefined && { port: Number(port) }),
  };
}

async function passwordOf(options: RegistryOptions, prompt: string): Promise<string | undefined> {
  if (options.passwordFile !== undefined) return readSecretFile(options.passwordFile);
  if (options.passwordStdin === true) return await readSecret(undefined, prompt);
  if (options.username !== undefined && process.stdin.isTTY) return await readSecret(undefined, prompt);
  return undefined;
}

function readCertificate(file: string): string {
  try {
    const content = readFileSync(file, 'utf8');
    if (content.includes('-----BEGIN CERTIFICATE-----')) return content;
  } catch (error) {
    throw new SitewrightError('usage-invalid', { problem: `--ca ${file}` }, { cause: error });
  }
  throw new SitewrightError('usage-invalid', { problem: `--ca ${file}: PEM` });
}

/** The same, asking for the password in the user's language where it has to be typed. */
export const targetOf = (options: RegistryOptions, output: Output): Promise<RegistryTarget> =>
  registryTarget(options, output.say(text('cli.prompt.password')));
