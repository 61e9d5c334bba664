import { useState } from 'react';
import { useWords } from '../../i18n/text.ts';
import { keepSecret, useVaultEntries } from '../../state/inventory.ts';
import { set } from '../../state/store.ts';
import { Field } from '../../ui/Field.tsx';
import { FileButton, type PickedFile, textOf } from '../../ui/FileButton.tsx';
import { emptyKubernetes, type KubernetesDraft } from './draft.ts';
import { change, useProblem } from './useDraft.ts';

/** The vault entry of a kubeconfig that is uploaded here. */
const entry = 'kubeconfig';

/** Takes a kubeconfig into the vault; the server that it names fills the field below. */
export function KubeconfigField({ kubernetes }: { kubernetes: KubernetesDraft }) {
  const { t } = useWords();
  const problem = useProblem();
  const vault = useVaultEntries();
  const [wrong, setWrong] = useState<string>();
  const [busy, setBusy] = useState(false);
  const pick = async (file: PickedFile) => {
    const words = textOf(file);
    const servers = [
      ...new Set([...words.matchAll(/^\s*"?server"?:\s*["']?(https?:\/\/[^\s"',}]+)/gm)].map((match) => match[1]!)),
    ];
    if (!/^\s*"?clusters"?:/m.test(words) || servers.length === 0) return setWrong(file.name);
    setWrong(undefined);
    setBusy(true);
    const error = await keepSecret(entry, words);
    setBusy(false);
    if (error !== undefined) {
      if (error.code !== 'vault-locked') set({ error });
      return;
    }
    const only = servers.length === 1 ? servers[0] : undefined;
    change((known) => ({
      kubernetes: { ...(known.kubernetes ?? emptyKubernetes), kubeconfig: entry, ...(only && { server: only }) },
    }));
  };
  const stored = kubernetes.kubeconfig !== '' && vault?.includes(kubernetes.kubeconfig) === true;
  const hint = stored
    ? t('inventory.kubeconfig.stored', { entry: kubernetes.kubeconfig })
    : kubernetes.kubeconfig !== '' && vault !== undefined
      ? t('inventory.credential.missing', { entry: kubernetes.kubeconfig })
      : t('inventory.kubeconfig.hint');
  return (
    <Field
      label={t('inventory.kubeconfig')}
      required
      hint={hint}
      error={wrong === undefined ? problem('kubernetes.kubeconfig') : t('inventory.kubeconfig.wrong', { file: wrong })}
    >
      {({ status: _status, 'aria-required': _required, ...control }) => (
        <FileButton
          {...control}
          loading={busy}
          accept=".yaml,.yml,.conf,.json,*"
          onPick={(file) => void pick(file)}
          style={{ justifySelf: 'start' }}
        >
          {t(stored ? 'inventory.kubeconfig.replace' : 'inventory.kubeconfig.upload')}
        </FileButton>
      )}
    </Field>
  );
}
