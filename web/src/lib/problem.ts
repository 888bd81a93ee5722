// What went wrong, in the reader's language.
import i18next from 'i18next';
import { Refused } from '@/api/client';
import { trouble } from './troubles';

/** One line: what happened and what to do. Where the server names the field or the conflict, that is said, too. */
export function explain(error: unknown): string {
  if (!(error instanceof Refused)) return i18next.t('problems.unexpected');
  const { code, message, retry_after } = error.problem;
  const key = `problems.${code}`;
  if (!i18next.exists(key)) return i18next.t('problems.internal');
  return String(
    i18next.t(key as 'problems.invalid', { message: trouble(message), seconds: retry_after ?? '' }),
  );
}

/** Whether what was asked for is not there, or not for this reader: asking again would not help. */
export function isMissing(error: unknown): boolean {
  return error instanceof Refused && error.status === 404;
}

/** Whether the server says that this person may not do or see it. */
export function isForbidden(error: unknown): boolean {
  return error instanceof Refused && error.status === 403;
}
