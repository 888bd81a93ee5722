// Paths to a critical process, the most probable first; said to be reasoning, not proof.
import { Content } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '@/api/client';
import { RowTable } from '@/components/RowTable';
import { usePlaceNames } from '@/lib/places';
import { percent, said } from '@/lib/weakness';
import { mapWith } from '@/routes/map/path';
import { useSession } from '@/session/session';
import { Part } from './Part';

type Path = Schemas['PathRow'];

function Hops({ path }: { readonly path: Path }) {
  const { t } = useTranslation();
  const nameOf = usePlaceNames();
  const { may } = useSession();
  const seen = path.hops.flatMap(({ asset }) => (asset ? [asset] : []));
  const zone = path.zone ? ` (${nameOf(path.zone)})` : '';
  return (
    <>
      {t('arithmetic.pathStart', { from: `${said('class', path.start)}${zone}` })}
      <ol className="reasons">
        {path.hops.map((hop, index) => (
          <li key={`${hop.name} ${index}`}>
            →{' '}
            {hop.asset ? (
              <Link to={`/assets/${hop.asset}?tab=risk`}>{hop.name}</Link>
            ) : (
              t('arithmetic.hiddenNeighbour')
            )}{' '}
            {percent(hop.probability)}: {said('by', hop.by)}{' '}
            {hop.by === 'finding' ? said('finding', hop.reference) : hop.reference}{' '}
            <small>{hop.techniques.join(' ')}</small>
          </li>
        ))}
      </ol>
      {seen.length > 0 && may('view-assets') && (
        <Link to={mapWith(path.zone, seen)}>{t('arithmetic.pathOnMap')}</Link>
      )}
    </>
  );
}

export function Paths({ rows }: { readonly rows: readonly Path[] }) {
  const { t } = useTranslation();
  // Only critical assets have any; for the others the part would say nothing.
  if (rows.length === 0) return null;
  return (
    <Part title={t('arithmetic.paths')}>
      <Content component="small">{t('arithmetic.pathsLead')}</Content>
      <RowTable
        label={t('arithmetic.paths')}
        rows={rows}
        keyOf={(_, index) => String(index)}
        columns={[
          { title: t('arithmetic.path'), isWide: true, show: (row) => <Hops path={row} /> },
          { title: t('arithmetic.probability'), width: 15, show: (row) => percent(row.probability) },
        ]}
      />
    </Part>
  );
}
