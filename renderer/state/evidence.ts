import { useEffect, useState } from 'react';
import type { EvidenceView } from '../../electron/contract/views.ts';
import { attempt } from './actions.ts';
import { connected } from './connection.ts';
import { useStore } from './store.ts';

/** One piece of evidence with its content; `words` is undefined for what is no text. */
export type Evidence = {
  readonly view: EvidenceView;
  readonly words: string | undefined;
  readonly bytes: Uint8Array<ArrayBuffer>;
};

const textual = /^(text\/|application\/(json|yaml|xml|x-ndjson))/;

/** Reads evidence by its id; a failure is shown and gives undefined. */
export async function showEvidence(site: string, id: string): Promise<Evidence | undefined> {
  const answer = await attempt((client) => client.evidence.show({ site, id }));
  if (answer === undefined) return undefined;
  const bytes = Uint8Array.from(atob(answer.contentBase64), (one) => one.charCodeAt(0));
  return {
    view: answer.view,
    bytes,
    words: textual.test(answer.view.mediaType) ? new TextDecoder().decode(bytes) : undefined,
  };
}

const read = new Map<string, string>();

/** Words of evidence that a panel draws from, by id; those that cannot be read are left out. Evidence never changes. */
export function useEvidenceWords(ids: readonly string[]): ReadonlyMap<string, string> {
  const site = useStore((state) => state.siteName);
  const run = useStore((state) => state.walk?.run);
  const [, setVersion] = useState(0);
  const prefix = `${site} ${run}`;
  const wanted = ids.join(' ');
  useEffect(() => {
    let ended = false;
    const load = async () => {
      const client = await connected();
      for (const id of wanted.split(' ')) {
        if (id === '' || site === undefined || read.has(`${prefix} ${id}`)) continue;
        try {
          const { contentBase64 } = await client.evidence.show({ site, id });
          read.set(
            `${prefix} ${id}`,
            new TextDecoder().decode(Uint8Array.from(atob(contentBase64), (one) => one.charCodeAt(0))),
          );
        } catch {
          // A panel does without; the finding itself still offers the evidence and says why it cannot be read.
        }
        if (ended) return;
        setVersion((version) => version + 1);
      }
    };
    void load();
    return () => {
      ended = true;
    };
  }, [wanted, site, prefix]);
  return new Map(
    ids.flatMap((id) => (read.has(`${prefix} ${id}`) ? [[id, read.get(`${prefix} ${id}`)!] as const] : [])),
  );
}

/** Ids of the evidence that steps kept, newest last, by step; asked anew when `version` changes, e.g. with their states. */
export function useStepEvidence(steps: readonly string[], version: string): ReadonlyMap<string, readonly string[]> {
  const site = useStore((state) => state.siteName);
  // Earlier runs of the site left evidence of the same steps.
  const since = useStore((state) => state.walk?.stages.flatMap((stage) => stage.startedAt ?? []).sort()[0] ?? '');
  const [ids, setIds] = useState<ReadonlyMap<string, readonly string[]>>(new Map());
  const wanted = steps.join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` says that there may be more
  useEffect(() => {
    let ended = false;
    const load = async () => {
      if (site === undefined || wanted === '') return;
      try {
        const list = await (await connected()).evidence.list({ site });
        if (ended) return;
        setIds(
          new Map(
            wanted
              .split('\n')
              .map((step) => [
                step,
                list.filter((view) => view.step === step && view.at >= since).map((view) => view.id),
              ]),
          ),
        );
      } catch {
        // A panel does without.
      }
    };
    void load();
    return () => {
      ended = true;
    };
  }, [site, wanted, version, since]);
  return ids;
}
