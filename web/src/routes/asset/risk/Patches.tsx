// The patches of an asset: the one that is offered with its state and what comes next, and everything that happened.
import { Flex, Label, Title } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { RowTable } from '@/components/RowTable';
import { States } from '@/components/states';
import { Time } from '@/components/Time';
import { patchWord } from '@/lib/patch';
import { Deeds } from '@/routes/vulnerabilities/patches/Deeds';
import { DeferralFacts, PatchState } from '@/routes/vulnerabilities/patches/marks';
import { useAssetPatches } from '@/routes/vulnerabilities/patches/usePatches';
import { useSession } from '@/session/session';
import { Part } from './Part';

type Patch = Schemas['AssetPatch'];
type Move = Schemas['PatchMoveRow'];

/** An installation is proven by the network, or only written down. */
function Proof({ isShown }: { readonly isShown: boolean }) {
  const { t } = useTranslation();
  return (
    <Label variant="outline" color={isShown ? 'green' : 'orange'} className="nowrap">
      {t(isShown ? 'patches.verified' : 'patches.reported')}
    </Label>
  );
}

/** Who took a step: a person, the publisher of an advisory, or the network that showed the version. */
function Who({ move }: { readonly move: Move }) {
  const { t } = useTranslation();
  if (move.actor === 'network') return <>{t('patches.network')}</>;
  if (move.actor === 'supplier') return <>{t('patches.supplier')}</>;
  return <>{move.actor}</>;
}

function Moves({ patch }: { readonly patch: Patch }) {
  const { t } = useTranslation();
  if (patch.moves.length === 0) return <p>{t('patches.noMoves')}</p>;
  const steps = patch.moves.map((move, index) => ({ move, from: patch.moves[index - 1]?.to ?? '' }));
  return (
    <RowTable
      label={t('patches.movesOf', { version: patch.version })}
      rows={steps.reverse()}
      keyOf={(_, index) => String(steps.length - index)}
      columns={[
        {
          title: t('patches.moved'),
          width: 30,
          show: ({ move, from }) => (
            <>
              {from !== '' && (
                <>
                  {patchWord('state', from)}
                  <span aria-label={t('patches.to')} role="img">
                    {' → '}
                  </span>
                </>
              )}
              <strong>{patchWord('state', move.to)}</strong>{' '}
              {move.to === 'installed' && <Proof isShown={move.verified} />}
            </>
          ),
        },
        {
          title: t('patches.who'),
          show: ({ move }) => (
            <>
              <Who move={move} />
              <small className="line">
                <Time at={move.at} />
              </small>
            </>
          ),
        },
        { title: t('patches.note'), width: 25, isWide: true, show: ({ move }) => move.note },
        { title: t('patches.approver'), show: ({ move }) => move.approver },
      ]}
    />
  );
}

function Deferrals({ patch }: { readonly patch: Patch }) {
  const { t } = useTranslation();
  const newest = [...patch.deferrals].reverse();
  if (newest.length === 0) return null;
  return (
    <ul className="notes" aria-label={t('patches.deferrals')}>
      {newest.map((deferral, index) => (
        <li key={deferral.since}>
          <Label variant="outline" color={index === 0 && patch.deferred ? 'purple' : 'grey'}>
            {t(index === 0 && patch.deferred ? 'patches.deferralHolds' : 'patches.deferralOver')}
          </Label>
          <DeferralFacts deferral={deferral} />
        </li>
      ))}
    </ul>
  );
}

interface OneProps {
  readonly id: string;
  readonly name: string;
  readonly patch: Patch;
}

function One({ id, name, patch }: OneProps) {
  const { t } = useTranslation();
  const { may } = useSession();
  const open = { asset: id, name, version: patch.version, state: patch.state, next: patch.next_states };
  return (
    <>
      <Flex gap={{ default: 'gapSm' }} alignItems={{ default: 'alignItemsCenter' }}>
        <Title headingLevel="h3" size="md">
          {t('vulnerabilities.toVersion', { version: patch.version })}
        </Title>
        <PatchState state={patch.state} />
        {patch.state === 'installed' && <Proof isShown={patch.shown} />}
        <small>{t(patch.offered ? 'patches.offered' : 'patches.notOffered')}</small>
      </Flex>
      {may('decide-risk') && patch.next_states.length > 0 && <Deeds patches={[open]} />}
      <Deferrals patch={patch} />
      <Moves patch={patch} />
    </>
  );
}

export function Patches({ id, name }: { readonly id: string; readonly name: string }) {
  const { t } = useTranslation();
  const patches = useAssetPatches(id);
  return (
    <Part title={t('patches.ofAsset')}>
      <States of={patches}>
        {({ items }) =>
          items.length === 0 ? (
            <p>{t('patches.noneOffered')}</p>
          ) : (
            items.map((patch) => <One key={patch.version} id={id} name={name} patch={patch} />)
          )
        }
      </States>
    </Part>
  );
}
