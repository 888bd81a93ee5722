// The head of a page: its title, one line on what it is for, and its main action.
import { Content, Flex, FlexItem, PageSection, Title } from '@patternfly/react-core';
import { useEffect, type ReactNode } from 'react';

interface PageHeadProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children?: ReactNode;
}

export function PageHead({ title, lead, children }: PageHeadProps) {
  useEffect(() => {
    document.title = `${title} – Yagura`;
  }, [title]);
  return (
    <PageSection>
      <Flex justifyContent={{ default: 'justifyContentSpaceBetween' }}>
        <FlexItem>
          <Title headingLevel="h1">{title}</Title>
          {lead !== undefined && <Content component="p">{lead}</Content>}
        </FlexItem>
        {children !== undefined && <FlexItem>{children}</FlexItem>}
      </Flex>
    </PageSection>
  );
}
