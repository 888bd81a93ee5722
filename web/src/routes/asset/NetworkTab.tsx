// Interfaces, modules and services.
import { Title } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { RowTable } from '@/components/RowTable';
import { because, protocolName } from '@/lib/words';
import { documentOf } from './document';
import type { AssetDetail } from './useAsset';

interface PartProps {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly ReactNode[])[];
  readonly none: string;
}

function Part({ title, columns, rows, none }: PartProps) {
  return (
    <section className="part">
      <Title headingLevel="h2" size="lg">
        {title}
      </Title>
      {rows.length === 0 ? (
        <p>{none}</p>
      ) : (
        <RowTable
          label={title}
          rows={rows}
          keyOf={(_, at) => String(at)}
          columns={columns.map((column, at) => ({
            title: column,
            show: (row: readonly ReactNode[]) => row[at],
            isWide: true,
          }))}
        />
      )}
    </section>
  );
}

export function NetworkTab({ asset }: { readonly asset: AssetDetail }) {
  const { t } = useTranslation();
  const { interfaces, modules, services } = documentOf(asset.document);
  return (
    <>
      <Part
        title={t('asset.network.interfaces')}
        columns={[t('words.addressKind.mac'), t('assets.columns.address'), 'VLAN', t('common.reason')]}
        rows={interfaces.map((row) => [
          row.mac,
          row.addresses.join(', '),
          row.vlan,
          because(row.reason ?? ''),
        ])}
        none={t('asset.network.noInterfaces')}
      />
      <Part
        title={t('asset.network.services')}
        columns={[t('traffic.protocol'), t('asset.network.port'), t('asset.network.clients')]}
        rows={services.map((row) => [
          protocolName(row.protocol),
          `${row.transport} ${row.port}`,
          row.clients,
        ])}
        none={t('asset.network.noServices')}
      />
      <Part
        title={t('asset.network.modules')}
        columns={[
          t('asset.network.part'),
          t('common.name'),
          t('assets.columns.model'),
          t('assets.columns.order_number'),
          t('assets.columns.firmware'),
          t('assets.columns.serial'),
          t('traffic.protocol'),
        ]}
        rows={modules.map((row) => [
          row.part,
          row.name,
          [row.vendor, row.model].filter(Boolean).join(' '),
          row.order_number,
          row.firmware,
          row.serial,
          row.protocols.map(protocolName).join(', '),
        ])}
        none={t('asset.network.noModules')}
      />
    </>
  );
}
