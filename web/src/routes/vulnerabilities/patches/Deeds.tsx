// What may be done about the patches that are chosen: the next state, or a deferral; and what became of it.
import { Button, Flex } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from '@/components/Notice';
import { commonNext, mayDefer, type Open } from '@/lib/patch';
import { count } from '@/lib/time';
import { DeferDialog } from './DeferDialog';
import { StepDialog } from './StepDialog';

interface DeedsProps {
  /** Patches of the same version. */
  readonly patches: readonly Open[];
  /** What is told beside the buttons. */
  readonly hint?: string;
  readonly onDone?: () => void;
}

type Deed = 'step' | 'defer';

export function Deeds({ patches, hint, onDone }: DeedsProps) {
  const { t } = useTranslation();
  const [deed, setDeed] = useState<Deed | null>(null);
  const [done, setDone] = useState<{ readonly what: Deed; readonly changed: number } | null>(null);
  const isEmpty = patches.length === 0;
  const dialog = {
    patches,
    onDone: (changed: number) => {
      if (deed) setDone({ what: deed, changed });
      setDeed(null);
      onDone?.();
    },
    onClose: () => setDeed(null),
  };
  const noStep = !isEmpty && commonNext(patches).length === 0;
  return (
    <>
      <Flex gap={{ default: 'gapSm' }} alignItems={{ default: 'alignItemsCenter' }} className="patch-deeds">
        <Button variant="secondary" isAriaDisabled={isEmpty || noStep} onClick={() => setDeed('step')}>
          {t('patches.step.open')}
        </Button>
        <Button variant="secondary" isAriaDisabled={!mayDefer(patches)} onClick={() => setDeed('defer')}>
          {t('patches.defer.open')}
        </Button>
        <small>{noStep ? t('patches.step.none') : hint}</small>
      </Flex>
      {done && (
        <Notice
          variant="success"
          isLiveRegion
          title={t(`patches.${done.what}.done`, { n: count(done.changed) })}
        />
      )}
      {deed === 'step' && <StepDialog {...dialog} />}
      {deed === 'defer' && <DeferDialog {...dialog} />}
    </>
  );
}
