/** What the closing step needs to know of the plan: nothing beyond the release. */
export type ConcludeInput = { readonly release: string };
export type DocumentsInput = { readonly files: readonly string[] };
