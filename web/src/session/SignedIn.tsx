// Everything behind the log-in: who is not signed in is sent there and comes back afterwards.
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { Navigate, useLocation } from 'react-router';
import { listen } from '@/api/changes';
import { Shell } from '@/app/Shell';
import { ErrorState, Loading } from '@/components/states';
import { chooseLanguage, hasChosenLanguage, type Language } from '@/i18n';
import { SessionContext, useSite, useWhoAmI, type Session } from './session';

/** Asia/Tokyo is where the product is at home; a reader without rights to the plant's own zone sees that. */
const ZONE = 'Asia/Tokyo';

function useLanguageOf(language: string | undefined) {
  useEffect(() => {
    if ((language === 'ja' || language === 'en') && !hasChosenLanguage())
      chooseLanguage(language as Language);
  }, [language]);
}

export function SignedIn() {
  const location = useLocation();
  const queries = useQueryClient();
  const who = useWhoAmI();
  const isIn = who.data !== undefined && who.data.kind !== 'nobody';
  const maySite = who.data?.permissions.includes('view-structure') ?? false;
  const mayListen = who.data?.permissions.includes('view-assets') ?? false;
  const site = useSite(maySite);
  useLanguageOf(who.data?.language);
  useEffect(() => (isIn && mayListen ? listen(queries) : undefined), [isIn, mayListen, queries]);
  const session = useMemo<Session | null>(() => {
    const known = who.data;
    if (!known) return null;
    return {
      who: known,
      plant: site.data?.name ?? 'Yagura',
      zone: site.data?.time_zone ?? ZONE,
      may: (permission) => known.permissions.includes(permission),
    };
  }, [who.data, site.data]);

  if (who.isPending || (maySite && site.isPending)) return <Loading />;
  if (who.isError) return <ErrorState error={who.error} onRetry={() => void who.refetch()} />;
  if (!isIn || session === null) {
    const from = `${location.pathname}${location.search}`;
    return <Navigate to="/login" replace state={{ from }} />;
  }
  return (
    <SessionContext.Provider value={session}>
      <Shell />
    </SessionContext.Provider>
  );
}
