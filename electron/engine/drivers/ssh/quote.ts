/** One argument for any Bourne-like or C-like login shell: in single quotes, a quote inside as '\''. */
export function quote(argument: string): string {
  return /^[A-Za-z0-9_./:=@%+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
