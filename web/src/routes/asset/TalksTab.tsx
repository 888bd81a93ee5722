// With whom the asset talks.
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask, client } from '@/api/client';
import { Hidden } from '@/components/Hidden';
import { LinkTable } from '@/components/LinkTable';
import { Empty, States } from '@/components/states';

const LIMIT = 500;

export function TalksTab({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const links = useQuery({
    queryKey: ['links', { asset: id }],
    queryFn: () => ask(client.GET('/api/v1/links', { params: { query: { asset: id, limit: LIMIT } } })),
  });
  return (
    <States of={links}>
      {({ items, hidden, next }) => (
        <>
          {items.length === 0 && <Empty title={t('asset.noTalks')}>{t('asset.noTalksBody')}</Empty>}
          {items.length > 0 && <LinkTable rows={items} label={t('asset.tabs.talks')} />}
          {next && <p>{t('asset.firstLinks', { n: LIMIT })}</p>}
          <Hidden count={hidden} />
        </>
      )}
    </States>
  );
}
