// The frame of the pages before the log-in.
import { Card, CardBody, CardHeader, CardTitle, Flex, Title } from '@patternfly/react-core';
import { useEffect, type ReactNode } from 'react';
import { LanguageSwitch } from '@/app/LanguageSwitch';

interface DoorFrameProps {
  readonly title: string;
  readonly children: ReactNode;
}

export function DoorFrame({ title, children }: DoorFrameProps) {
  useEffect(() => {
    document.title = `${title} – Yagura`;
  }, [title]);
  return (
    <main className="door">
      <Card className="door-card">
        <CardHeader actions={{ actions: <LanguageSwitch />, hasNoOffset: true }}>
          <CardTitle>
            <Flex alignItems={{ default: 'alignItemsCenter' }} gap={{ default: 'gapSm' }}>
              <img src="/favicon.svg" alt="" width={32} height={32} />
              <Title headingLevel="h1" size="xl">
                {title}
              </Title>
            </Flex>
          </CardTitle>
        </CardHeader>
        <CardBody className="door-body">{children}</CardBody>
      </Card>
    </main>
  );
}
