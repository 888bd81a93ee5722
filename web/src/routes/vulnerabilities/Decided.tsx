// What became of a decision: how many were written, and that the numbers follow.
import { Notice } from '@/components/Notice';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '@/api/client';
import { count } from '@/lib/time';

export function Decided({ done }: { readonly done: Schemas['WeaknessesDecided'] | null }) {
  const { t } = useTranslation();
  if (done === null) return null;
  const numbers = { decided: count(done.decided), untouched: count(done.untouched) };
  return (
    <Notice
      variant="success"
      isLiveRegion
      title={t(
        done.untouched > 0 ? 'vulnerabilities.decide.doneUntouched' : 'vulnerabilities.decide.done',
        numbers,
      )}
    >
      {t('vulnerabilities.decide.again')}
    </Notice>
  );
}
