// The states that every page has: loading, empty, error, no permission, not found.
import {
  Bullseye,
  Button,
  EmptyState,
  EmptyStateActions,
  EmptyStateBody,
  EmptyStateFooter,
  Spinner,
} from '@patternfly/react-core';
import { CubesIcon, ExclamationCircleIcon, LockIcon, SearchIcon } from '@patternfly/react-icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { explain, isForbidden, isMissing } from '@/lib/problem';
import { Hidden } from './Hidden';

export function Loading() {
  const { t } = useTranslation();
  return (
    <Bullseye>
      <Spinner aria-label={t('common.loading')} />
    </Bullseye>
  );
}

interface EmptyProps {
  readonly title?: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  /** Rows that only the reader's scope hides: an empty list is not silently incomplete either. */
  readonly hidden?: number;
}

/** Nothing is there, and that is no fault; says what would be here and how it comes. */
export function Empty({ title, children, action, hidden = 0 }: EmptyProps) {
  const { t } = useTranslation();
  return (
    <EmptyState headingLevel="h2" icon={CubesIcon} titleText={title ?? t('common.empty')} variant="sm">
      {(children !== undefined || hidden > 0) && (
        <EmptyStateBody>
          {children}
          <Hidden count={hidden} />
        </EmptyStateBody>
      )}
      {action !== undefined && (
        <EmptyStateFooter>
          <EmptyStateActions>{action}</EmptyStateActions>
        </EmptyStateFooter>
      )}
    </EmptyState>
  );
}

export function Forbidden() {
  const { t } = useTranslation();
  return (
    <EmptyState headingLevel="h2" icon={LockIcon} titleText={t('common.forbiddenTitle')}>
      <EmptyStateBody>{t('common.forbiddenBody')}</EmptyStateBody>
    </EmptyState>
  );
}

export function NotFound() {
  const { t } = useTranslation();
  return (
    <EmptyState headingLevel="h1" icon={SearchIcon} titleText={t('common.notFoundTitle')}>
      <EmptyStateBody>{t('common.notFoundBody')}</EmptyStateBody>
    </EmptyState>
  );
}

interface ErrorProps {
  readonly error: unknown;
  readonly onRetry: () => void;
}

export function ErrorState({ error, onRetry }: ErrorProps) {
  const { t } = useTranslation();
  if (isForbidden(error)) return <Forbidden />;
  if (isMissing(error)) {
    return (
      <EmptyState headingLevel="h2" icon={SearchIcon} titleText={t('common.missingTitle')}>
        <EmptyStateBody>{explain(error)}</EmptyStateBody>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      headingLevel="h2"
      icon={ExclamationCircleIcon}
      status="danger"
      titleText={t('common.errorTitle')}
    >
      <EmptyStateBody>{explain(error)}</EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions>
          <Button variant="secondary" onClick={onRetry}>
            {t('common.retry')}
          </Button>
        </EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}

interface Asked<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly refetch: () => unknown;
}

interface StatesProps<T> {
  readonly of: Asked<T>;
  readonly children: (data: T) => ReactNode;
}

/** Shows an answer when it is there, and until then the state of the question. */
export function States<T>({ of, children }: StatesProps<T>) {
  if (of.data !== undefined) return children(of.data);
  if (of.isPending) return <Loading />;
  return <ErrorState error={of.error} onRetry={() => void of.refetch()} />;
}
