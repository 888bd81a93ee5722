// The simple network drawing that IEC 62443-2-1 (4.2.3.5) asks for: per logical system, to be printed and approved.
import {
  Button,
  FormSelect,
  FormSelectOption,
  PageSection,
  Toolbar,
  ToolbarContent,
  ToolbarItem,
} from '@patternfly/react-core';
import { PrintIcon } from '@patternfly/react-icons';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { Hidden } from '@/components/Hidden';
import { PageHead } from '@/components/PageHead';
import { Empty, States } from '@/components/states';
import { choices, usePlaceNames, useSystems, useZoneLevels } from '@/lib/places';
import { moment } from '@/lib/time';
import { withLevels, withNames } from '@/routes/map/model';
import { useMapAssets, useMapLinks } from '@/routes/map/useMapData';
import { useCommissioning } from '@/routes/start/useSteps';
import { useSession } from '@/session/session';
import { sheetsOf } from './model';
import { SheetView } from './SheetView';

const PAPERS = ['a4', 'a3'] as const;
const NONE = 'none';

function DrawingPage() {
  const { t } = useTranslation();
  const { may, zone } = useSession();
  const [params, setParams] = useSearchParams();
  const [paper, setPaper] = useState<(typeof PAPERS)[number]>('a4');
  const systems = useSystems();
  const assets = useMapAssets();
  const links = useMapLinks(may('view-traffic'));
  const nameOf = usePlaceNames();
  const signOff = useCommissioning(may('view-structure')).data?.get('map');
  const approver = signOff ? `${signOff.by_name} ${moment(signOff.at, zone)}` : '';
  const chosen = params.get('system') ?? '';
  const levelOfZone = useZoneLevels();
  const sheets = useMemo(() => {
    const found = withLevels(assets.data?.items ?? [], levelOfZone);
    const named = withNames(links.data?.items ?? [], found);
    const all = [...(systems.data?.items ?? []), null];
    return all
      .filter((system) => chosen === '' || (system?.id ?? NONE) === chosen)
      .flatMap((system) => sheetsOf(system, found, named));
  }, [assets.data, links.data, systems.data, levelOfZone, chosen]);
  return (
    <>
      <PageHead title={t('drawing.title')} lead={t('drawing.lead')}>
        <Button icon={<PrintIcon />} className="no-print" onClick={() => window.print()}>
          {t('start.print')}
        </Button>
      </PageHead>
      <PageSection>
        <Toolbar>
          <ToolbarContent>
            <ToolbarItem>
              <FormSelect
                aria-label={t('drawing.system')}
                value={chosen}
                onChange={(_, system) => setParams(system ? { system } : {}, { replace: true })}
              >
                <FormSelectOption value="" label={t('drawing.allSystems')} />
                {choices(systems).map(({ id, name }) => (
                  <FormSelectOption key={id} value={id} label={name} />
                ))}
                <FormSelectOption value={NONE} label={t('drawing.noSystem')} />
              </FormSelect>
            </ToolbarItem>
            <ToolbarItem>
              <FormSelect
                aria-label={t('drawing.paper')}
                value={paper}
                onChange={(_, name) => setPaper(name as typeof paper)}
              >
                {PAPERS.map((name) => (
                  <FormSelectOption key={name} value={name} label={t(`drawing.papers.${name}`)} />
                ))}
              </FormSelect>
            </ToolbarItem>
          </ToolbarContent>
        </Toolbar>
        <States of={assets}>
          {({ hidden }) => (
            <>
              {sheets.length === 0 && <Empty title={t('drawing.none')}>{t('drawing.noneBody')}</Empty>}
              {sheets.map((sheet) => (
                <SheetView
                  key={`${sheet.system?.id ?? NONE} ${sheet.number}`}
                  sheet={sheet}
                  paper={paper}
                  nameOf={nameOf}
                  approver={approver}
                />
              ))}
              <Hidden count={hidden} />
            </>
          )}
        </States>
      </PageSection>
    </>
  );
}

export { DrawingPage as Component };
