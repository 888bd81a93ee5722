// The filtered list as a file.
import { Notice } from '@/components/Notice';
import { Dropdown, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { askWhole, client } from '@/api/client';
import { Told } from '@/components/Told';
import { currentLanguage } from '@/i18n';
import { save } from '@/lib/download';
import type { AssetQuery } from './filter';

const FORMS = {
  csv: { format: 'csv', charset: 'utf-8' },
  cp932: { format: 'csv', charset: 'cp932' },
  xlsx: { format: 'xlsx' },
  json: { format: 'json' },
} as const;

type Form = keyof typeof FORMS;

async function exported(form: Form, filter: AssetQuery) {
  const query = { ...filter, ...FORMS[form], language: currentLanguage() };
  const { data, headers } = await askWhole(
    client.GET('/api/v1/exports/{list}', {
      params: { path: { list: 'assets' }, query },
      parseAs: 'blob',
    }),
  );
  save(data as unknown as Blob, `assets.${FORMS[form].format}`);
  return { rows: Number(headers.get('x-rows')), changed: Number(headers.get('x-characters-changed') ?? 0) };
}

export function ExportMenu({ query }: { readonly query: AssetQuery }) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const work = useMutation({ mutationFn: (form: Form) => exported(form, query) });
  return (
    <>
      <Dropdown
        shouldFocusToggleOnSelect
        isOpen={isOpen}
        onOpenChange={setOpen}
        onSelect={() => setOpen(false)}
        toggle={(ref) => (
          <MenuToggle
            ref={ref}
            isExpanded={isOpen}
            onClick={() => setOpen(!isOpen)}
            isDisabled={work.isPending}
          >
            {t('assets.export.label')}
          </MenuToggle>
        )}
      >
        <DropdownList>
          {(Object.keys(FORMS) as Form[]).map((form) => (
            <DropdownItem key={form} onClick={() => work.mutate(form)}>
              {t(`assets.export.${form}`)}
            </DropdownItem>
          ))}
        </DropdownList>
      </Dropdown>
      <Told error={work.error} />
      {work.data && (
        <Notice
          isPlain
          isLiveRegion
          variant={work.data.changed > 0 ? 'warning' : 'success'}
          title={t(work.data.changed > 0 ? 'assets.export.changed' : 'assets.export.done', work.data)}
        />
      )}
    </>
  );
}
