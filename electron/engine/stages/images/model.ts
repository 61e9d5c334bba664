/** What the push step needs: references of the release's images, in the order of the release. */
export type PushInput = { readonly registry: string; readonly images: readonly string[] };

/** What the import into one node, and its proof, need. */
export type NodeInput = { readonly host: string; readonly images: readonly string[] };

/** What the proof of one image needs. */
export type ProofInput = { readonly registry: string; readonly image: string };
