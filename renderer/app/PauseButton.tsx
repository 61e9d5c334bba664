import { PauseOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useWords } from '../i18n/text.ts';
import { pauseWalk } from '../state/actions.ts';

/** Pauses the run at its next good point; until then it says that it is about to. */
export function PauseButton() {
  const { t } = useWords();
  const [asked, setAsked] = useState(false);
  const pause = async () => {
    setAsked(true);
    await pauseWalk();
  };
  return (
    <Button
      icon={<PauseOutlined aria-hidden />}
      disabled={asked}
      title={t('stage.pause.hint')}
      onClick={() => void pause()}
    >
      {t(asked ? 'stage.pause.asked' : 'stage.pause')}
    </Button>
  );
}
