import { VerticalAlignBottomOutlined } from '@ant-design/icons';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Button } from 'antd';
import { useLayoutEffect, useRef, useState } from 'react';
import { useWords } from '../../i18n/text.ts';
import type { LogLine } from '../../state/log.ts';
import { fineClock } from '../../ui/figures.ts';

/** Height of a line, px; every line is one line high, so that any place is found without measuring. */
const lineHeight = 20;

/** The visible part of the lines. It stays at the end until someone scrolls up, and goes back there at a click. */
export function LogLines({
  lines,
  version,
  offsetMinutes,
}: {
  lines: readonly LogLine[];
  version: number;
  offsetMinutes: number;
}) {
  const { t, w } = useWords();
  const box = useRef<HTMLElement>(null);
  const place = useRef(0);
  const [following, setFollowing] = useState(true);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => lineHeight,
    overscan: 12,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` and `lines` say that the end has moved
  useLayoutEffect(() => {
    const element = box.current;
    if (!following || element === null) return;
    element.scrollTop = element.scrollHeight;
    place.current = element.scrollTop;
  }, [following, version, lines]);
  const scrolled = () => {
    const element = box.current;
    if (element === null) return;
    const atEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - lineHeight;
    // Lines that arrive move the end away; only a move upwards is someone's wish.
    if (element.scrollTop < place.current - 1 && !atEnd) setFollowing(false);
    else if (atEnd) setFollowing(true);
    place.current = element.scrollTop;
  };
  return (
    <div className="log-body">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
      <section ref={box} className="log-lines mono" tabIndex={0} aria-label={t('stage.log.text')} onScroll={scrolled}>
        {lines.length === 0 ? (
          <p className="quiet">{t('stage.log.empty')}</p>
        ) : (
          <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
            {virtual.getVirtualItems().map((item) => {
              const line = lines[item.index];
              return (
                line !== undefined && (
                  <div
                    key={item.key}
                    className={`log-line log-${line.level}`}
                    style={{ transform: `translateY(${item.start}px)` }}
                  >
                    <span className="log-time">{fineClock(line.at, offsetMinutes)}</span>{' '}
                    <span className="log-level">{t(`stage.log.level.${line.level}`)}</span> <b>{line.target}</b>{' '}
                    {w(line.words)}
                  </div>
                )
              );
            })}
          </div>
        )}
      </section>
      {!following && (
        <Button
          className="log-follow"
          size="small"
          type="primary"
          icon={<VerticalAlignBottomOutlined />}
          onClick={() => setFollowing(true)}
        >
          {t('stage.log.follow')}
        </Button>
      )}
    </div>
  );
}
