// The certificate that is served: whose, until when, and how another takes its place.
import { Notice } from '@/components/Notice';
import {
  Button,
  Content,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  Title,
} from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client, type Schemas } from '@/api/client';
import { CommandLine } from '@/components/CommandLine';
import { States } from '@/components/states';
import { save } from '@/lib/download';
import { moment } from '@/lib/time';
import { useNow } from '@/session/now';
import { useSession } from '@/session/session';

type Certificate = Schemas['CertificateRow'];

/** People need so long to get a new one. */
const SOON_DAYS = 30;
const DAY_MS = 86_400_000;

function Row({ term, children }: { readonly term: string; readonly children: ReactNode }) {
  return (
    <DescriptionListGroup>
      <DescriptionListTerm>{term}</DescriptionListTerm>
      <DescriptionListDescription className="wide-text">{children}</DescriptionListDescription>
    </DescriptionListGroup>
  );
}

/** A fingerprint as browsers show it. */
function inPairs(fingerprint: string): string {
  return (fingerprint.toUpperCase().match(/../g) ?? []).join(':');
}

function Served({ of }: { readonly of: Certificate }) {
  const { t } = useTranslation();
  const { zone } = useSession();
  const now = useNow();
  const left = of.ends ? Math.floor((new Date(of.ends).getTime() - now) / DAY_MS) : null;
  if (!of.is_tls) return <Notice variant="warning" title={t('settings.certificate.noTls')} />;
  return (
    <>
      {left !== null && left < SOON_DAYS && of.source !== 'own-authority' && (
        <Notice
          variant={left < 0 ? 'danger' : 'warning'}
          title={t('settings.certificate.soon', { n: left })}
        />
      )}
      <DescriptionList isHorizontal>
        {of.source && (
          <Row term={t('settings.certificate.source')}>{t(`settings.certificate.sources.${of.source}`)}</Row>
        )}
        <Row term={t('settings.certificate.ends')}>
          {of.ends && left !== null
            ? t('settings.certificate.endsAt', { time: moment(of.ends, zone), n: left })
            : t('common.unknown')}
        </Row>
        <Row term={t('settings.certificate.fingerprint')}>
          {of.fingerprint ? inPairs(of.fingerprint) : t('common.unknown')}
        </Row>
        <Row term={t('settings.certificate.origins')}>{of.origins.join(t('common.and'))}</Row>
      </DescriptionList>
      {of.authority && (
        <>
          <Content component="p">{t('settings.certificate.trust')}</Content>
          <div>
            <Button
              variant="secondary"
              onClick={() =>
                save(
                  new Blob([of.authority ?? ''], { type: 'application/x-pem-file' }),
                  'yagura-authority.pem',
                )
              }
            >
              {t('settings.certificate.authority')}
            </Button>
          </div>
        </>
      )}
    </>
  );
}

export function Certificate() {
  const { t } = useTranslation();
  const certificate = useQuery({
    queryKey: ['certificate'],
    queryFn: () => ask(client.GET('/api/v1/certificate')),
  });
  return (
    <>
      <States of={certificate}>{(known) => <Served of={known} />}</States>
      <Title headingLevel="h3">{t('settings.certificate.change')}</Title>
      <Content component="p">{t('settings.certificate.changeLead')}</Content>
      <CommandLine
        label={t('settings.certificate.change')}
        text={
          'yagura admin certificate import --config FILE --chain chain.pem --key key.pem\nsystemctl restart yagura'
        }
      />
    </>
  );
}
