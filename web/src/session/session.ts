// Who reads, what they may, and in which plant.
import { useQuery } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { ask, client, type Schemas } from '@/api/client';

export type WhoAmI = Schemas['WhoAmI'];

/** Permissions that pages ask for; the server decides again at each request. */
export type Permission =
  | 'apply-import'
  | 'arrange-map'
  | 'confirm-identity'
  | 'decide-risk'
  | 'edit-assets'
  | 'edit-calendars'
  | 'decide-risk'
  | 'edit-risk-method'
  | 'edit-structure'
  | 'export-data'
  | 'make-backup'
  | 'manage-own-account'
  | 'manage-sensors'
  | 'manage-settings'
  | 'manage-tokens'
  | 'manage-users'
  | 'manage-webhooks'
  | 'merge-assets'
  | 'play-story'
  | 'preview-import'
  | 'share-views'
  | 'sign-off'
  | 'undo-import'
  | 'view-assets'
  | 'view-audit'
  | 'view-calendars'
  | 'view-evidence'
  | 'view-health'
  | 'view-history'
  | 'view-register'
  | 'view-risk'
  | 'view-settings'
  | 'view-structure'
  | 'view-traffic'
  | 'view-users';

export interface Session {
  readonly who: WhoAmI;
  /** Name of the plant. */
  readonly plant: string;
  /** Time zone of the plant (IANA). */
  readonly zone: string;
  /** Whether the reader may do something somewhere. */
  readonly may: (permission: Permission) => boolean;
}

export const SessionContext = createContext<Session | null>(null);

/** The session of the reader; only below the signed-in part of the console. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('a page that needs a session stands outside of it');
  return session;
}

/** Difference of the server's clock to this device's, in milliseconds: ages are told by the server's. */
let ahead = 0;

/** Milliseconds since 1970 by the server's clock. */
export function serverNow(): number {
  return Date.now() + ahead;
}

async function whoAmI(): Promise<WhoAmI> {
  const who = await ask(client.GET('/api/v1/auth/session'));
  ahead = new Date(who.time).getTime() - Date.now();
  return who;
}

/** Asks the server who reads. */
export function useWhoAmI() {
  return useQuery({ queryKey: ['session'], queryFn: whoAmI, staleTime: 60_000 });
}

/** The plant's name and zone; both are known by default until somebody may see them. */
export function useSite(enabled: boolean) {
  return useQuery({
    queryKey: ['site'],
    queryFn: () => ask(client.GET('/api/v1/site')),
    enabled,
    staleTime: 60_000,
  });
}
