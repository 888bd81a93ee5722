// What is not known of an asset, and how far the score may be off because of it.
import { Content } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { usePlaceNames, type NameOf } from '@/lib/places';
import { said, score } from '@/lib/weakness';
import type { AssetRisk } from './RiskTab';

type Unknown = Schemas['UnknownRow'];

const KINDS = ['zone', 'identity', 'version', 'services', 'way', 'boundary', 'consequence'] as const;

/** What an unknown is about: a weakness, a class of places, two zones. */
function about(row: Unknown, nameOf: NameOf): string {
  if (row.kind === 'way') return said('class', row.reference);
  if (row.kind === 'boundary') return `${nameOf(row.from)} → ${nameOf(row.to)}`;
  return row.reference || row.kind;
}

export function Unknowns({ risk }: { readonly risk: AssetRisk }) {
  const { t } = useTranslation();
  const nameOf = usePlaceNames();
  if (risk.unknowns.length === 0) return <p>{t('arithmetic.noUnknowns')}</p>;
  const kinds = [...new Set(risk.unknowns.map((row) => row.kind))];
  const sentence = (kind: string) => {
    const rows = risk.unknowns.filter((row) => row.kind === kind);
    const list = rows.map((row) => about(row, nameOf)).join(t('common.and'));
    return t(`arithmetic.unknown.${KINDS.find((known) => known === kind) ?? 'other'}`, { list });
  };
  const { low, high } = risk.asset.score;
  return (
    <>
      <ul className="reasons wide-text">
        {kinds.map((kind) => (
          <li key={kind}>{sentence(kind)}</li>
        ))}
      </ul>
      <Content component="p">{t('arithmetic.unknownRange', { low: score(low), high: score(high) })}</Content>
    </>
  );
}
