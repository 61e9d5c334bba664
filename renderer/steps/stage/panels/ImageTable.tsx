import { useWords } from '../../../i18n/text.ts';
import { useEvidenceWords } from '../../../state/evidence.ts';
import { Bar } from '../../../ui/Bar.tsx';
import { bytes } from '../../../ui/figures.ts';
import { Panel } from '../../../ui/Panel.tsx';
import { FindingPill, Pill, StatePill } from '../../../ui/StatusTag.tsx';
import { type ImageRow, sizeIn } from './images.ts';
import '../../../ui/table.css';
import './push.css';

/** Image by image: how much of it is in the registry, and how it stands up to its proof. */
export function ImageTable({ images }: { images: readonly ImageRow[] }) {
  const { t } = useWords();
  const pages = useEvidenceWords(images.flatMap((image) => image.finding?.evidence.slice(-1) ?? []));
  const done = images.filter(({ standing }) => standing === 'verified').length;
  return (
    <Panel
      title={t('stage.images')}
      flush
      extra={<span className="quiet tabular">{t('stage.images.proven', { done, total: images.length })}</span>}
    >
      <div className="scroll-x">
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('stage.image')}</th>
              <th scope="col">{t('panel.image.progress')}</th>
              <th scope="col">{t('stage.state')}</th>
            </tr>
          </thead>
          <tbody>
            {images.map((image) => (
              <tr key={image.name}>
                <th scope="row">
                  <span className="image-name">{image.name}</span>
                  <span className="quiet mono">{image.digest}</span>
                </th>
                <td className="image-share tabular">
                  <Share image={image} size={sizeIn(pages.get(image.finding?.evidence.at(-1) ?? ''))} />
                </td>
                <td>
                  <Standing image={image} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

/** Bytes that are there, of all; when nothing is known of the way, the size that was read back. */
function Share({ image: { name, transfer, standing }, size }: { image: ImageRow; size: number | undefined }) {
  const { t } = useWords();
  if (transfer === undefined) return size === undefined ? '–' : bytes(size);
  const { done, total } = transfer;
  if (done === total && standing !== 'sending') return bytes(total);
  return (
    <>
      {t('panel.image.of', { done: bytes(done), total: bytes(total) })}
      <Bar share={total === 0 ? 0 : done / total} label={name} />
    </>
  );
}

const looks = {
  waiting: ['○', 'quiet'],
  sending: ['▶', 'active'],
  sent: ['●', 'active'],
  mounted: ['●', 'active'],
  present: ['●', 'quiet'],
  reading: ['▶', 'active'],
  verified: ['✓', 'good'],
} as const;

function Standing({ image: { standing, finding } }: { image: ImageRow }) {
  const { t } = useWords();
  if (finding !== undefined && standing !== 'verified') return <FindingPill status={finding.status} />;
  if (!isLook(standing)) return <StatePill state={standing} />;
  const [mark, tone] = looks[standing];
  return <Pill look={{ mark, tone }} words={t(`panel.image.${standing}`)} />;
}

function isLook(standing: ImageRow['standing']): standing is keyof typeof looks {
  return Object.hasOwn(looks, standing);
}
