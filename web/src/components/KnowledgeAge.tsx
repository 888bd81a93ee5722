// What is publicly known here of weaknesses, how old that is, and where it came from: who reads a list of weaknesses must know
// how far it can be trusted.
import { ExpandableSection, Label } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import { RowTable } from '@/components/RowTable';
import { States } from '@/components/states';
import { count } from '@/lib/time';
import { dayOf, said } from '@/lib/weakness';
import { useNow } from '@/session/now';

const DAY_MS = 86_400_000;
/** From this age on it is marked: new advisories are published every day. */
const OLD_DAYS = 30;

type Knowledge = Schemas['KnowledgeStatus'];

/** When it was made; of what the program brings, the newest date that a source states. */
function madeAt({ created, parts }: Knowledge): string {
  if (created !== '') return created;
  const dates = parts.flatMap((part) => part.origins.map((origin) => origin.date));
  return dates.sort().at(-1) ?? '';
}

function Parts({ parts }: Pick<Knowledge, 'parts'>) {
  const { t } = useTranslation();
  return (
    <RowTable
      label={t('vulnerabilities.knowledge.parts')}
      rows={parts}
      keyOf={(row) => row.part}
      columns={[
        { title: t('vulnerabilities.knowledge.part'), show: (row) => said('part', row.part) },
        { title: t('vulnerabilities.knowledge.items'), show: (row) => count(row.items) },
        {
          title: t('vulnerabilities.knowledge.origins'),
          isWide: true,
          width: 40,
          show: (row) => (
            <ul>
              {row.origins.map(({ source, date }) => (
                <li key={source}>
                  {source} {date === '' ? t('vulnerabilities.knowledge.noAge') : `(${dayOf(date)})`}
                </li>
              ))}
            </ul>
          ),
        },
      ]}
    />
  );
}

function Age({ knowledge }: { readonly knowledge: Knowledge }) {
  const { t } = useTranslation();
  const now = useNow();
  const made = madeAt(knowledge);
  const days = made === '' ? null : Math.max(0, Math.floor((now - new Date(made).getTime()) / DAY_MS));
  const from =
    knowledge.source === 'bundle'
      ? t('vulnerabilities.knowledge.bundle', { serial: knowledge.serial, by: knowledge.signed_by })
      : t('vulnerabilities.knowledge.starter');
  if (knowledge.parts.length === 0)
    return <Label status="warning">{t('vulnerabilities.knowledge.empty')}</Label>;
  return (
    <span className="marks">
      <span>
        <strong>{t('vulnerabilities.knowledge.label')}</strong> {from}
        {t('common.and')}
        {days === null
          ? t('vulnerabilities.knowledge.noAge')
          : t('vulnerabilities.knowledge.age', { day: dayOf(made), n: count(days) })}
      </span>
      {(days === null || days >= OLD_DAYS) && (
        <Label status="warning">
          {t(days === null ? 'vulnerabilities.knowledge.noAge' : 'vulnerabilities.knowledge.old')}
        </Label>
      )}
    </span>
  );
}

export function KnowledgeAge() {
  const knowledge = useQuery({
    queryKey: ['knowledge'],
    queryFn: () => ask(client.GET('/api/v1/knowledge')),
    staleTime: 60_000,
  });
  return (
    <States of={knowledge}>
      {(known) => (
        <div className="knowledge">
          {known.parts.length === 0 ? (
            <Age knowledge={known} />
          ) : (
            <ExpandableSection toggleContent={<Age knowledge={known} />} isIndented>
              <Parts parts={known.parts} />
            </ExpandableSection>
          )}
        </div>
      )}
    </States>
  );
}
