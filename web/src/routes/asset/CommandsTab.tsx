// What was asked of the asset and by it, newest first.
import { Toolbar, ToolbarContent, ToolbarItem } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CommandTable } from '@/components/CommandTable';
import { VerbSelect } from '@/components/VerbSelect';

export function CommandsTab({ id }: { readonly id: string }) {
  const { t } = useTranslation();
  const [verb, setVerb] = useState('');
  return (
    <>
      <Toolbar>
        <ToolbarContent>
          <ToolbarItem>
            <VerbSelect label={t('traffic.verb')} value={verb} onChange={setVerb} />
          </ToolbarItem>
        </ToolbarContent>
      </Toolbar>
      <CommandTable query={{ asset: id, verb: verb || undefined }} />
    </>
  );
}
