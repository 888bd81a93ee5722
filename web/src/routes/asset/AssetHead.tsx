// The head of an asset: the floor's name first, where it stands, how it is heard, and what may be done.
import {
  Button,
  Content,
  Dropdown,
  DropdownItem,
  DropdownList,
  Flex,
  FlexItem,
  Label,
  LabelGroup,
  MenuToggle,
  PageSection,
  Title,
} from '@patternfly/react-core';
import { CheckCircleIcon, EllipsisVIcon, VolumeUpIcon } from '@patternfly/react-icons';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client } from '@/api/client';
import { Time } from '@/components/Time';
import { Told } from '@/components/Told';
import { called, usePlaceNames } from '@/lib/places';
import { level, word } from '@/lib/words';
import { useSession } from '@/session/session';
import { MergeDialog, SplitDialog } from './Regroup';
import { PlaceDialog } from './PlaceDialog';
import { saidOf, useDeed, type AssetDetail } from './useAsset';

type Open = 'place' | 'merge' | 'split' | null;

/** Heard in both directions is the only full proof; everything else is marked, in words and colour. */
const HEARING_COLOR = {
  'both-directions': 'green',
  'one-direction': 'orange',
  'only-groups': 'orange',
  'only-talked-about': 'grey',
  'no-longer-heard': 'red',
} as const;

function Confirm({ asset }: { readonly asset: AssetDetail }) {
  const { t } = useTranslation();
  const confirm = useDeed(asset.id, (is_confirmed: boolean) =>
    ask(
      client.PUT('/api/v1/assets/{id}/confirmation', {
        params: { path: { id: asset.id } },
        body: { is_confirmed },
      }),
    ),
  );
  const isConfirmed = Boolean(asset.confirmed_at);
  return (
    <>
      <Button
        variant={isConfirmed ? 'secondary' : 'primary'}
        icon={<CheckCircleIcon />}
        isLoading={confirm.isPending}
        isAriaDisabled={confirm.isPending}
        onClick={() => confirm.mutate(!isConfirmed)}
      >
        {t(isConfirmed ? 'asset.unconfirm' : 'asset.confirm')}
      </Button>
      <Told error={confirm.error} />
    </>
  );
}

function More({ onOpen }: { readonly onOpen: (open: Open) => void }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const [isOpen, setOpen] = useState(false);
  const items: readonly { name: 'place' | 'merge' | 'split'; isAllowed: boolean }[] = [
    { name: 'place', isAllowed: may('edit-assets') },
    { name: 'merge', isAllowed: may('merge-assets') },
    { name: 'split', isAllowed: may('merge-assets') },
  ];
  const allowed = items.filter((item) => item.isAllowed);
  if (allowed.length === 0) return null;
  return (
    <Dropdown
      shouldFocusToggleOnSelect
      isOpen={isOpen}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: 'right' }}
      toggle={(ref) => (
        <MenuToggle
          ref={ref}
          variant="plain"
          aria-label={t('common.actions')}
          isExpanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          icon={<EllipsisVIcon />}
        />
      )}
    >
      <DropdownList>
        {allowed.map(({ name }) => (
          <DropdownItem key={name} onClick={() => onOpen(name)}>
            {t(`asset.actions.${name}`)}
          </DropdownItem>
        ))}
      </DropdownList>
    </Dropdown>
  );
}

function Photo({ asset }: { readonly asset: AssetDetail }) {
  const { t } = useTranslation();
  const photo = asset.files.find((file) => file.media_type.startsWith('image/'));
  if (!photo) return null;
  const address = `/api/v1/assets/${asset.id}/files/${photo.id}`;
  return <img className="asset-photo" src={address} alt={t('asset.photo', { name: photo.name })} />;
}

export function AssetHead({ asset }: { readonly asset: AssetDetail }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const nameOf = usePlaceNames();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const title = called({ ...asset, name: saidOf(asset, 'name'), model: saidOf(asset, 'model') });
  useEffect(() => {
    document.title = `${title} – Yagura`;
  }, [title]);
  const where = [nameOf(asset.line), nameOf(asset.cell), asset.building, asset.panel].filter(Boolean);
  const hearing = asset.hearing as keyof typeof HEARING_COLOR;
  return (
    <PageSection>
      <Flex
        alignItems={{ default: 'alignItemsFlexStart' }}
        justifyContent={{ default: 'justifyContentSpaceBetween' }}
      >
        <Flex>
          <Photo asset={asset} />
          <FlexItem>
            <Title headingLevel="h1">{title}</Title>
            <Content component="p">
              {[asset.address, where.join(' / ') || t('asset.nowhere')].filter(Boolean).join(' ・ ')}
            </Content>
            <LabelGroup aria-label={t('asset.state')} numLabels={6}>
              <Label>{word('kind', saidOf(asset, 'kind'))}</Label>
              <Label>{level(saidOf(asset, 'level'))}</Label>
              <Label color={HEARING_COLOR[hearing] ?? 'grey'} icon={<VolumeUpIcon />}>
                {word('hearing', asset.hearing)}
              </Label>
              <Label variant="outline">
                {t('asset.lastSeen')} <Time at={asset.last_seen} short />
              </Label>
              {asset.confirmed_at ? (
                <Label color="green" icon={<CheckCircleIcon />}>
                  {t('asset.confirmedAt')} <Time at={asset.confirmed_at} />
                </Label>
              ) : (
                <Label variant="outline">{t('asset.notConfirmed')}</Label>
              )}
            </LabelGroup>
          </FlexItem>
        </Flex>
        <Flex>
          {may('confirm-identity') && <Confirm asset={asset} />}
          <More onOpen={setOpen} />
        </Flex>
      </Flex>
      {open === 'place' && <PlaceDialog asset={asset} onClose={close} />}
      {open === 'merge' && <MergeDialog asset={asset} onClose={close} />}
      {open === 'split' && <SplitDialog asset={asset} onClose={close} />}
    </PageSection>
  );
}
