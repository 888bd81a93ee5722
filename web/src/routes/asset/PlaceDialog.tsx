// Where an asset stands and whose it is.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client } from '@/api/client';
import { Dialog } from '@/components/Dialog';
import { asChoices, ChoiceField, TextField } from '@/components/fields';
import { choices, useCells, useLines, useSystems, useZones } from '@/lib/places';
import { useDeed, type AssetDetail } from './useAsset';

const PLACES = ['line', 'cell', 'zone', 'system'] as const;
const TEXTS = ['floor_name', 'equipment_number', 'building', 'panel', 'switch_port', 'owner'] as const;

type Values = Record<(typeof PLACES)[number] | (typeof TEXTS)[number], string>;

function valuesOf(asset: AssetDetail): Values {
  const entries = [...PLACES, ...TEXTS].map((name) => [name, asset[name] ?? '']);
  return Object.fromEntries(entries) as Values;
}

interface PlaceDialogProps {
  readonly asset: AssetDetail;
  readonly onClose: () => void;
}

export function PlaceDialog({ asset, onClose }: PlaceDialogProps) {
  const { t } = useTranslation();
  const [before] = useState(() => valuesOf(asset));
  const [values, setValues] = useState(before);
  const changed = [...PLACES, ...TEXTS].filter((name) => values[name] !== before[name]);
  // Only what was changed is sent, with what it was: a change of somebody else in between is told, not lost.
  const pick = (from: Values) => Object.fromEntries(changed.map((name) => [name, from[name]]));
  const place = useDeed(
    asset.id,
    () =>
      ask(
        client.PATCH('/api/v1/assets/{id}', {
          params: { path: { id: asset.id } },
          body: { set: pick(values), before: pick(before) },
        }),
      ),
    onClose,
  );
  const lists = { line: useLines(), cell: useCells(), zone: useZones(), system: useSystems() };
  const field = (name: keyof Values) => ({
    label: t(name === 'floor_name' ? 'asset.floorName' : `assets.columns.${name}`),
    value: values[name],
    onChange: (value: string) => setValues({ ...values, [name]: value }),
  });
  return (
    <Dialog
      title={t('asset.actions.place')}
      action={t('common.save')}
      isReady={changed.length > 0}
      isBusy={place.isPending}
      error={place.error}
      onSubmit={() => place.mutate(undefined)}
      onClose={onClose}
    >
      <TextField {...field('floor_name')} />
      {PLACES.map((name) => (
        <ChoiceField
          key={name}
          {...field(name)}
          choices={asChoices(choices(lists[name]))}
          none={t('asset.noPlace')}
        />
      ))}
      {TEXTS.slice(1).map((name) => (
        <TextField key={name} {...field(name)} />
      ))}
    </Dialog>
  );
}
