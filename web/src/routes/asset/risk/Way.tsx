// A factor opened: each of its numbers by name, from where it is reached, what lies between, and what lowers it.
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { RowTable } from '@/components/RowTable';
import { Time } from '@/components/Time';
import { usePlaceNames } from '@/lib/places';
import { factor, percent, said, value } from '@/lib/weakness';
import type { Term } from './factor';

type Crossing = Schemas['CrossingRow'];

function Crossings({ rows }: { readonly rows: readonly Crossing[] }) {
  const { t } = useTranslation();
  const nameOf = usePlaceNames();
  const zone = (id: string | null | undefined) => nameOf(id) || t('arithmetic.noZone');
  if (rows.length === 0) return <p>{t('arithmetic.noPath')}</p>;
  return (
    <>
      <p>{t('arithmetic.crossings')}</p>
      <ul className="reasons">
        {rows.map((row, index) => (
          <li key={`${row.from} ${row.to} ${index}`}>
            {zone(row.from)} → {zone(row.to)}: {said('crossing', row.state)} × {factor(row.factor)}{' '}
            {row.evidence && (
              <small>
                <Time at={row.evidence} />
              </small>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function Reached({ reach }: { readonly reach: NonNullable<Term['reach']> }) {
  const { t } = useTranslation();
  const nameOf = usePlaceNames();
  return (
    <>
      <p>
        {t('arithmetic.reached', {
          from: said('class', reach.class),
          service: reach.service ?? t('arithmetic.anyService'),
        })}{' '}
        {reach.from && t('arithmetic.standsIn', { zone: nameOf(reach.from) })}
      </p>
      {!['same-zone', 'physical'].includes(reach.class) && <Crossings rows={reach.path} />}
    </>
  );
}

function Controls({ rows }: { readonly rows: readonly Schemas['ControlRow'][] }) {
  const { t } = useTranslation();
  return (
    <>
      <p>
        {t('arithmetic.controls')}
        {rows.length === 0 && `: ${t('arithmetic.noControls')}`}
      </p>
      {rows.length > 0 && (
        <ul className="reasons">
          {rows.map((row) => (
            <li key={row.control}>
              {said('control', row.control)}: {t('arithmetic.takesOff', { share: percent(row.effect) })}{' '}
              <small>
                <Time at={row.evidence} />
              </small>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

export function Way({ term }: { readonly term: Term }) {
  const { t } = useTranslation();
  const isNeighbour = term.kind === 'neighbour';
  const numbers = [
    { name: t('arithmetic.threat'), is: factor(term.threat) },
    {
      name: t(isNeighbour ? 'arithmetic.ownOfNeighbour' : 'arithmetic.confidence'),
      is: isNeighbour ? value(term.confidence) : factor(term.confidence),
    },
    { name: t(term.kind === 'alert' ? 'arithmetic.decay' : 'arithmetic.way'), is: factor(term.way) },
    { name: t('arithmetic.left'), is: factor(term.factor) },
    { name: t('arithmetic.value'), is: value(term.value.value) },
    { name: t('arithmetic.range'), is: `${value(term.value.low)} – ${value(term.value.high)}` },
  ];
  return (
    <>
      <RowTable
        label={t('arithmetic.product')}
        rows={numbers}
        keyOf={(row) => row.name}
        columns={[
          { title: t('arithmetic.factor'), show: (row) => row.name },
          { title: t('arithmetic.value'), show: (row) => row.is },
        ]}
      />
      {term.reach && <Reached reach={term.reach} />}
      {term.crossing && <Crossings rows={[term.crossing]} />}
      {!isNeighbour && <Controls rows={term.controls} />}
    </>
  );
}
