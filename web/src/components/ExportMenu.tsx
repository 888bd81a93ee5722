// What is shown as a file: a list as a table, and what is said of weaknesses as a document for other programs.
import { Dropdown, DropdownGroup, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  DOCUMENT_FORMS,
  DOCUMENTS,
  exportDocument,
  exportTable,
  TABLE_FORMS,
  type Devices,
  type Exported,
  type Table,
} from '@/lib/exports';
import { count } from '@/lib/time';
import { useSession } from '@/session/session';
import { Notice } from './Notice';
import { Told } from './Told';

interface ExportMenuProps {
  /** The list that is offered as a table. */
  readonly table?: Table;
  /** Of which devices documents are offered. */
  readonly documents?: Devices;
}

type Run = (work: () => Promise<Exported>) => void;

function Tables({ table, run }: { readonly table: Table; readonly run: Run }) {
  const { t } = useTranslation();
  return (
    <DropdownList>
      {TABLE_FORMS.map((form) => (
        <DropdownItem key={form} onClick={() => run(() => exportTable(table, form))}>
          {t(`exports.${form}`)}
        </DropdownItem>
      ))}
    </DropdownList>
  );
}

function Documents({ devices, run }: { readonly devices: Devices; readonly run: Run }) {
  return (
    <DropdownList>
      {DOCUMENT_FORMS.map((form) => (
        <DropdownItem key={form} onClick={() => run(() => exportDocument(devices, form))}>
          {DOCUMENTS[form].name}
        </DropdownItem>
      ))}
    </DropdownList>
  );
}

/** What became of it, with what the file had to change or to leave out. */
function Done({ of: { what, rows, hidden, changed } }: { readonly of: Exported }) {
  const { t } = useTranslation();
  return (
    <Notice
      isPlain
      isLiveRegion
      variant={changed > 0 ? 'warning' : 'success'}
      title={t(changed > 0 ? 'exports.changed' : `exports.${what}`, {
        rows: count(rows),
        changed: count(changed),
      })}
    >
      {hidden > 0 && t(`exports.hidden.${what}`, { n: count(hidden) })}
    </Notice>
  );
}

/** The menu; nothing for who may not export. */
export function ExportMenu({ table, documents }: ExportMenuProps) {
  const { t } = useTranslation();
  const { may } = useSession();
  const [isOpen, setOpen] = useState(false);
  const work = useMutation({ mutationFn: (asked: () => Promise<Exported>) => asked() });
  if (!may('export-data')) return null;
  return (
    <>
      <Dropdown
        shouldFocusToggleOnSelect
        isOpen={isOpen}
        onOpenChange={setOpen}
        onSelect={() => setOpen(false)}
        popperProps={{ position: 'right' }}
        toggle={(ref) => (
          <MenuToggle
            ref={ref}
            className="export"
            isExpanded={isOpen}
            onClick={() => setOpen(!isOpen)}
            isDisabled={work.isPending}
          >
            {t('exports.label')}
          </MenuToggle>
        )}
      >
        {table && !documents && <Tables table={table} run={work.mutate} />}
        {table && documents && (
          <DropdownGroup label={t('exports.tables')} labelHeadingLevel="h2">
            <Tables table={table} run={work.mutate} />
          </DropdownGroup>
        )}
        {documents && (
          <DropdownGroup
            label={t(table ? 'exports.documentsOfLine' : 'exports.documents')}
            labelHeadingLevel="h2"
          >
            <Documents devices={documents} run={work.mutate} />
          </DropdownGroup>
        )}
      </Dropdown>
      <Told error={work.error} />
      {work.data && <Done of={work.data} />}
    </>
  );
}
