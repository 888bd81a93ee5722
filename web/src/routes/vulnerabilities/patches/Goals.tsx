// The two goals of controllers, each with what it is made of, and the controllers that meet neither.
import {
  Button,
  Card,
  CardBody,
  Content,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
} from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '@/api/client';
import { Hidden } from '@/components/Hidden';
import { RowTable } from '@/components/RowTable';
import { States } from '@/components/states';
import { Time } from '@/components/Time';
import { patchWord, share } from '@/lib/patch';
import { usePlaceNames } from '@/lib/places';
import { count } from '@/lib/time';
import { useSession } from '@/session/session';
import { usePatchGoals } from './usePatches';

type Goals = Schemas['PatchGoals'];

const NAMES = ['newest', 'newest_or_deferred'] as const;

interface OpenOnesProps {
  readonly goals: Goals;
  readonly onClose: () => void;
}

function OpenOnes({ goals, onClose }: OpenOnesProps) {
  const { t } = useTranslation();
  const { may } = useSession();
  const nameOf = usePlaceNames();
  const { newest, newest_or_deferred: both, open, hidden } = goals;
  const [deferred, left] = [both.numerator - newest.numerator, both.denominator - both.numerator];
  return (
    <Modal variant="medium" isOpen onClose={onClose} aria-labelledby="goals-title">
      <ModalHeader
        title={t('patches.goals.open')}
        description={t('patches.goals.lead')}
        labelId="goals-title"
      />
      <ModalBody tabIndex={0} aria-label={t('patches.goals.open')}>
        {left === 0 && <p>{t('patches.goals.noneOpen')}</p>}
        {deferred > 0 && <p>{t('patches.goals.deferred', { n: count(deferred) })}</p>}
        {left > open.length && <p>{t('patches.goals.first', { n: count(open.length), all: count(left) })}</p>}
        {open.length > 0 && (
          <RowTable
            label={t('patches.goals.open')}
            rows={open}
            keyOf={(row) => row.asset}
            columns={[
              {
                title: t('vulnerabilities.col.asset'),
                width: 30,
                isWide: true,
                show: (row) =>
                  may('view-assets') ? (
                    <Link to={`/assets/${row.asset}?tab=risk`}>{row.name}</Link>
                  ) : (
                    row.name
                  ),
              },
              { title: t('vulnerabilities.col.line'), show: (row) => nameOf(row.line) || t('asset.noPlace') },
              { title: t('common.reason'), width: 40, show: (row) => patchWord('why', row.why) },
            ]}
          />
        )}
        <Hidden count={hidden} />
        {goals.time && (
          <Content component="small">
            {t('patches.goals.at')} <Time at={goals.time} />
          </Content>
        )}
      </ModalBody>
      <ModalFooter>
        <Button variant="secondary" onClick={onClose}>
          {t('common.close')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}

function Goal({ name, goals }: { readonly name: (typeof NAMES)[number]; readonly goals: Goals }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const { numerator, denominator } = goals[name];
  // Where nothing was judged or counted, nothing is reached.
  const reached = goals.time ? share(goals[name]) : null;
  return (
    <Card isCompact isFullHeight data-goal={name}>
      <CardBody>
        {reached === null ? (
          <>
            <div>{t(`patches.goals.${name}`)}</div>
            <strong>{t('common.notMeasured')}</strong>
          </>
        ) : (
          <Button variant="link" isInline className="patch-goal" onClick={() => setOpen(true)}>
            <span className="line">{t(`patches.goals.${name}`)}</span>
            <strong className="risk-number">{reached} %</strong>{' '}
            <span className="nowrap">
              {t('patches.goals.of', { numerator: count(numerator), denominator: count(denominator) })}
            </span>
          </Button>
        )}
        <Hidden count={goals.hidden} />
      </CardBody>
      {isOpen && <OpenOnes goals={goals} onClose={() => setOpen(false)} />}
    </Card>
  );
}

/** The goals of all controllers, or of those of a line. */
export function PatchGoals({ line }: { readonly line?: string }) {
  const { t } = useTranslation();
  const goals = usePatchGoals(line);
  return (
    <States of={goals}>
      {(known) => (
        <section aria-label={t('patches.goals.title')} className="patch-goals">
          {NAMES.map((name) => (
            <Goal key={name} name={name} goals={known} />
          ))}
        </section>
      )}
    </States>
  );
}
