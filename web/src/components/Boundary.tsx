// What is shown when a page itself fails: the rest of the console stays usable.
import {
  Button,
  EmptyState,
  EmptyStateActions,
  EmptyStateBody,
  EmptyStateFooter,
} from '@patternfly/react-core';
import { ExclamationTriangleIcon } from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';

export function Crash() {
  const { t } = useTranslation();
  return (
    <EmptyState
      headingLevel="h1"
      icon={ExclamationTriangleIcon}
      status="danger"
      titleText={t('common.crashTitle')}
    >
      <EmptyStateBody>{t('common.crashBody')}</EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions>
          <Button variant="primary" onClick={() => window.location.reload()}>
            {t('common.reload')}
          </Button>
        </EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}
