// What the asset is: each value with where it comes from, everything else that was said about it, and what a person decided.
import { Button, Label } from '@patternfly/react-core';
import { ExpandableRowContent, Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask, client } from '@/api/client';
import { ExpandCell } from '@/components/ExpandCell';
import { Time } from '@/components/Time';
import { Told } from '@/components/Told';
import { because, level, word } from '@/lib/words';
import { useSession } from '@/session/session';
import { documentOf, FIELDS, sayings, type AssetDocument, type Field, type Saying } from './document';
import { OverrideDialog } from './OverrideDialog';
import { useDeed, type AssetDetail } from './useAsset';

const SPAN = 5;

export function shown(field: Field, value: string): string {
  if (field === 'kind') return word('kind', value);
  if (field === 'level') return level(value);
  return value;
}

function Sayings({ rows }: { readonly rows: readonly Saying[] }) {
  const { t } = useTranslation();
  return (
    <Table variant="compact" borders={false} aria-label={t('asset.identity.all')}>
      <Thead>
        <Tr>
          <Th>{t('asset.identity.source')}</Th>
          <Th>{t('asset.identity.key')}</Th>
          <Th>{t('asset.identity.value')}</Th>
          <Th>{t('asset.identity.times')}</Th>
          <Th>{t('asset.identity.since')}</Th>
          <Th screenReaderText={t('asset.identity.agreement')} />
        </Tr>
      </Thead>
      <Tbody>
        {rows.map((row) => (
          <Tr key={`${row.source} ${row.key} ${row.value}`}>
            <Td>{row.source}</Td>
            <Td>{row.key}</Td>
            <Td className="wide-text">{row.value}</Td>
            <Td>{row.count}</Td>
            <Td>{row.at ? <Time at={row.at} short /> : t('common.unknown')}</Td>
            <Td>
              <Label color={row.agrees ? 'green' : 'orange'} variant="outline">
                {t(row.agrees ? 'asset.identity.agrees' : 'asset.identity.differs')}
              </Label>
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

interface FieldRowsProps {
  readonly asset: AssetDetail;
  readonly document: AssetDocument;
  readonly field: Field;
  readonly onOverride: (field: Field) => void;
}

function FieldRows({ asset, document, field, onOverride }: FieldRowsProps) {
  const { t } = useTranslation();
  const { may } = useSession();
  const [isOpen, setOpen] = useState(false);
  const override = asset.overrides.find((row) => row.field === field);
  // What a person said counts; what was heard stands beside it.
  const value = override?.value ?? asset[field];
  const rows = sayings(field, override?.heard ?? value, document.evidence, asset.claims);
  const reasons = field === 'kind' ? document.kind_reasons : field === 'level' ? [document.level_reason] : [];
  const inferred = reasons.filter(Boolean).map(because);
  const undo = useDeed(asset.id, () =>
    ask(
      client.DELETE('/api/v1/assets/{id}/overrides/{field}', { params: { path: { id: asset.id, field } } }),
    ),
  );
  const origin = override ? 'entered' : value === '' ? 'nothing' : inferred.length > 0 ? 'inferred' : 'said';
  const details = rows.length + inferred.length;
  const contrary = rows.filter((row) => !row.agrees).length;
  return (
    <Tbody isExpanded={isOpen}>
      <Tr>
        {details > 0 || override ? (
          <ExpandCell
            of={t(`assets.columns.${field as 'name'}`)}
            isOpen={isOpen}
            onToggle={() => setOpen(!isOpen)}
          />
        ) : (
          <Td />
        )}
        <Th scope="row">{t(`assets.columns.${field as 'name'}`)}</Th>
        <Td className="wide-text">{shown(field, value) || '—'}</Td>
        <Td>
          {t(`asset.identity.origin.${origin}`, { source: rows[0]?.source ?? t('asset.identity.wire') })}
          {override && !override.agrees && (
            <Label color="orange" className="beside">
              {t('asset.identity.heardElse', { value: shown(field, override.heard) || t('common.none') })}
            </Label>
          )}
          {!override && contrary > 0 && value !== '' && (
            <Label color="orange" variant="outline" className="beside">
              {t('asset.identity.contrary', { n: contrary })}
            </Label>
          )}
        </Td>
        <Td isActionCell>
          {may('confirm-identity') && (
            <>
              <Button variant="link" size="sm" onClick={() => onOverride(field)}>
                {t('asset.identity.correct')}
              </Button>
              {override && (
                <Button
                  variant="link"
                  size="sm"
                  isAriaDisabled={undo.isPending}
                  onClick={() => undo.mutate(undefined)}
                >
                  {t('common.undo')}
                </Button>
              )}
            </>
          )}
        </Td>
      </Tr>
      <Tr isExpanded={isOpen}>
        <Td colSpan={SPAN}>
          <ExpandableRowContent>
            <Told error={undo.error} />
            {override && (
              <p>
                {t('asset.identity.overriddenBy', { reason: override.reason })} <Time at={override.made_at} />
              </p>
            )}
            {inferred.length > 0 && (
              <ul className="reasons">
                {inferred.map((text) => (
                  <li key={text}>{text}</li>
                ))}
              </ul>
            )}
            {rows.length > 0 && <Sayings rows={rows} />}
          </ExpandableRowContent>
        </Td>
      </Tr>
    </Tbody>
  );
}

export function IdentityTab({ asset }: { readonly asset: AssetDetail }) {
  const { t } = useTranslation();
  const [field, setField] = useState<Field | null>(null);
  const document = documentOf(asset.document);
  return (
    <>
      <Table variant="compact" aria-label={t('asset.tabs.identity')}>
        <Thead>
          <Tr>
            <Th screenReaderText={t('asset.identity.open')} />
            <Th>{t('asset.identity.field')}</Th>
            <Th>{t('asset.identity.value')}</Th>
            <Th>{t('asset.identity.source')}</Th>
            <Th screenReaderText={t('common.actions')} />
          </Tr>
        </Thead>
        {FIELDS.map((name) => (
          <FieldRows key={name} asset={asset} document={document} field={name} onOverride={setField} />
        ))}
      </Table>
      {field && <OverrideDialog asset={asset} field={field} onClose={() => setField(null)} />}
    </>
  );
}
