// The end of a list that is read page by page: the next page, and what the reader's scope hides.
import { Button } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Hidden } from './Hidden';

interface MoreProps {
  readonly list: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => Promise<unknown>;
  };
  readonly hidden: number;
}

export function More({ list, hidden }: MoreProps) {
  const { t } = useTranslation();
  return (
    <>
      {list.hasNextPage && (
        <Button variant="link" isLoading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('common.more')}
        </Button>
      )}
      <Hidden count={hidden} />
    </>
  );
}
