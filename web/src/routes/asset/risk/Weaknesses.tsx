// The advisories that mean an asset, why, and one decision for the weaknesses that are chosen.
import {
  Button,
  Content,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  ExpandableSection,
} from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '@/api/client';
import { Hidden } from '@/components/Hidden';
import { Empty } from '@/components/states';
import { count } from '@/lib/time';
import { Decided } from '@/routes/vulnerabilities/Decided';
import { DecideDialog } from '@/routes/vulnerabilities/DecideDialog';
import { Exploited, Grade, References, Remedies } from '@/routes/vulnerabilities/marks';
import { MatchFacts } from '@/routes/vulnerabilities/MatchFacts';
import { WeaknessTable, type Picking } from '@/routes/vulnerabilities/WeaknessTable';
import { useSession } from '@/session/session';
import { Part } from './Part';

type Advisory = Schemas['AssetVulnerabilities']['advisories']['items'][number];

interface OneProps {
  readonly row: Advisory;
  readonly isFirst: boolean;
  readonly picking: Picking | undefined;
}

function One({ row, isFirst, picking }: OneProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(isFirst);
  const exploited = row.weaknesses.filter((weakness) => weakness.exploited);
  const due =
    exploited
      .map((weakness) => weakness.due)
      .filter(Boolean)
      .sort()[0] ?? '';
  return (
    <li>
      <span className="marks">
        <Link to={`/vulnerabilities/${encodeURIComponent(row.advisory)}`}>{row.advisory}</Link>
        <small>{row.publisher}</small>
        <Grade grade={row.grade} />
        <small>
          {t('vulnerabilities.page.openOf', {
            open: count(row.weaknesses.filter(({ state }) => state === 'open').length),
            all: count(row.weaknesses.length),
          })}
        </small>
        <Exploited count={exploited.length} due={due} />
      </span>
      <ExpandableSection
        toggleText={row.title}
        isExpanded={isOpen}
        onToggle={(_, open) => setOpen(open)}
        isIndented
      >
        {isOpen && (
          <>
            <DescriptionList isHorizontal isCompact horizontalTermWidthModifier={{ default: '10rem' }}>
              <MatchFacts reason={row.reason} source={row.source} fixedIn={row.fixed_in} />
              <DescriptionListGroup>
                <DescriptionListTerm>{t('vulnerabilities.page.remedies')}</DescriptionListTerm>
                <DescriptionListDescription>
                  <Remedies rows={row.remedies} />
                </DescriptionListDescription>
              </DescriptionListGroup>
              <DescriptionListGroup>
                <DescriptionListTerm>{t('vulnerabilities.page.references')}</DescriptionListTerm>
                <DescriptionListDescription>
                  <References urls={row.references} />
                </DescriptionListDescription>
              </DescriptionListGroup>
            </DescriptionList>
            <WeaknessTable
              label={t('vulnerabilities.page.weaknessesOf', { name: row.advisory })}
              rows={row.weaknesses}
              of={row.advisory}
              picking={picking}
            />
          </>
        )}
      </ExpandableSection>
    </li>
  );
}

interface WeaknessesProps {
  readonly id: string;
  readonly name: string;
  readonly known: Schemas['AssetVulnerabilities'];
}

export function Weaknesses({ id, name, known }: WeaknessesProps) {
  const { t } = useTranslation();
  const { may } = useSession();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isDeciding, setDeciding] = useState(false);
  const [done, setDone] = useState<Schemas['WeaknessesDecided'] | null>(null);
  const { items, hidden } = known.advisories;
  const onPick = (weakness: string, isChosen: boolean) =>
    setChosen(new Set(isChosen ? [...chosen, weakness] : [...chosen].filter((other) => other !== weakness)));
  const finish = (decided: Schemas['WeaknessesDecided']) => {
    setDone(decided);
    setDeciding(false);
    setChosen(new Set());
  };
  return (
    <Part title={t('arithmetic.advisories')}>
      <Content component="p">
        {t('arithmetic.firmware')}: <strong>{known.firmware || t('weakness.notYet')}</strong>{' '}
        {t('arithmetic.newestFix')}: <strong>{known.newest_fix ?? t('arithmetic.noNewestFix')}</strong>
      </Content>
      <Decided done={done} />
      {items.length === 0 ? (
        <Empty title={t('arithmetic.noAdvisories')} hidden={hidden}>
          {t('arithmetic.noAdvisoriesBody')}
        </Empty>
      ) : (
        <>
          {may('decide-risk') && (
            <Button variant="secondary" isAriaDisabled={chosen.size === 0} onClick={() => setDeciding(true)}>
              {chosen.size === 0
                ? t('vulnerabilities.decide.open')
                : t('vulnerabilities.decide.openN', { n: count(chosen.size) })}
            </Button>
          )}
          <ul className="notes">
            {items.map((row, index) => (
              <One
                key={row.advisory}
                row={row}
                isFirst={index === 0}
                picking={may('decide-risk') ? { chosen, onPick } : undefined}
              />
            ))}
          </ul>
          <Hidden count={hidden} />
        </>
      )}
      {isDeciding && (
        <DecideDialog
          assets={[{ id, name }]}
          weaknesses={[...chosen].sort()}
          onDone={finish}
          onClose={() => setDeciding(false)}
        />
      )}
    </Part>
  );
}
