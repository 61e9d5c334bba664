import { useWords } from '../i18n/text.ts';
import { useStore } from '../state/store.ts';

/** What is being installed: the release of the plan, or of the last walk as the list of sites knew it. */
export function RailRelease() {
  const { w } = useWords();
  const plan = useStore((state) => state.plan);
  const known = useStore((state) => state.sites?.find(({ name }) => name === state.siteName)?.lastRun?.release);
  const release = plan?.release ?? known;
  if (release === undefined) return null;
  return (
    <div className="rail-release">
      <span>
        {w(release.title)} <span className="tabular">{release.version}</span>
      </span>
      {plan !== undefined && (
        <span className="mono" title={plan.release.digest}>
          {plan.release.digest.replace(/^(sha256:.{8}).*(.{4})$/, '$1…$2')}
        </span>
      )}
    </div>
  );
}
