// How bad its loss would be: five consequences, each with where its value comes from; what nobody decided is marked.
import { Content, Label } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '@/api/client';
import { RowTable } from '@/components/RowTable';
import { factor, said } from '@/lib/weakness';
import { Part } from './Part';

const LETTERS: Partial<Record<string, string>> = {
  safety: 'S',
  environment: 'E',
  production: 'P',
  finance: 'F',
  data: 'D',
};

export function ImpactPart({ impact }: { readonly impact: Schemas['ImpactRow'] }) {
  const { t } = useTranslation();
  return (
    <Part title={t('arithmetic.impactTitle')}>
      <Content component="p">
        {t('arithmetic.impactIs', {
          value: factor(impact.value),
          decisive: said('consequence', impact.decisive),
        })}{' '}
        {impact.standby && t('arithmetic.standby')}
        {impact.raised_for && (
          <>
            {t('arithmetic.raisedFor')}{' '}
            <Link to={`/assets/${impact.raised_for}?tab=risk`}>{t('vulnerabilities.col.asset')}</Link>
          </>
        )}
      </Content>
      <RowTable
        label={t('arithmetic.impactTitle')}
        rows={impact.values}
        keyOf={(row) => row.consequence}
        columns={[
          {
            title: t('arithmetic.consequence'),
            show: (row) => `${LETTERS[row.consequence] ?? ''} ${said('consequence', row.consequence)}`,
          },
          { title: t('arithmetic.consequenceValue'), show: (row) => row.value },
          {
            title: t('arithmetic.origin'),
            show: (row) =>
              row.origin === 'assumed' ? (
                <Label color="orange" variant="outline">
                  {said('origin', row.origin)}
                </Label>
              ) : (
                said('origin', row.origin)
              ),
          },
        ]}
      />
    </Part>
  );
}
