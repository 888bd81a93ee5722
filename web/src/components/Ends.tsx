// Who and whom: always with the direction between them, in words for screen readers.
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useSession } from '@/session/session';

export interface End {
  readonly asset?: string | null;
  readonly name?: string | null;
  readonly address?: string;
  readonly ip?: string | null;
  readonly mac?: string | null;
  readonly port?: number | null;
}

/** How an end is called: its name, else its address. */
export function endName(end: End): string {
  return end.name || end.address || end.ip || end.mac || '?';
}

export function EndLink({ end }: { readonly end: End }) {
  const { may } = useSession();
  if (!end.asset || !may('view-assets')) return <>{endName(end)}</>;
  return <Link to={`/assets/${end.asset}`}>{endName(end)}</Link>;
}

export function Ends({ client, server }: { readonly client: End; readonly server: End }) {
  const { t } = useTranslation();
  return (
    <span>
      <EndLink end={client} />
      <span aria-label={t('traffic.to')} role="img">
        {' → '}
      </span>
      <EndLink end={server} />
    </span>
  );
}
