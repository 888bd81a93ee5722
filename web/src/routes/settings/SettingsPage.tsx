// Settings: the plant's names, the register, who may what, what is kept.
import {
  Nav,
  NavGroup,
  NavItem,
  PageSection,
  Sidebar,
  SidebarContent,
  SidebarPanel,
  Title,
} from '@patternfly/react-core';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, NavLink, useParams } from 'react-router';
import { PageHead } from '@/components/PageHead';
import { Forbidden, NotFound } from '@/components/states';
import { useSession, type Permission } from '@/session/session';
import { Audit } from './Audit';
import { Register } from './Register';
import { Retention } from './Retention';
import { Site } from './Site';
import { Cells, Lines, Networks, Systems, Zones } from './Structure';
import { Tokens } from './Tokens';
import { Users } from './Users';
import { Webhooks } from './Webhooks';

const SECTIONS = [
  { name: 'site', group: 'plant', needs: 'view-structure', Show: Site },
  { name: 'lines', group: 'plant', needs: 'view-structure', Show: Lines },
  { name: 'cells', group: 'plant', needs: 'view-structure', Show: Cells },
  { name: 'zones', group: 'plant', needs: 'view-structure', Show: Zones },
  { name: 'systems', group: 'plant', needs: 'view-structure', Show: Systems },
  { name: 'networks', group: 'plant', needs: 'view-structure', Show: Networks },
  { name: 'register', group: 'plant', needs: 'preview-import', Show: Register },
  { name: 'users', group: 'people', needs: 'view-users', Show: Users },
  { name: 'tokens', group: 'people', needs: 'view-users', Show: Tokens },
  { name: 'audit', group: 'people', needs: 'view-audit', Show: Audit },
  { name: 'retention', group: 'server', needs: 'view-settings', Show: Retention },
  { name: 'webhooks', group: 'server', needs: 'manage-webhooks', Show: Webhooks },
] as const satisfies readonly { name: string; group: string; needs: Permission; Show: ComponentType }[];

const GROUPS = ['plant', 'people', 'server'] as const;

function SettingsPage() {
  const { t } = useTranslation();
  const { may } = useSession();
  const { section } = useParams();
  const allowed = SECTIONS.filter(({ needs }) => may(needs));
  const chosen = SECTIONS.find(({ name }) => name === section);
  const [first] = allowed;
  if (section === undefined)
    return first ? <Navigate to={`/settings/${first.name}`} replace /> : <Forbidden />;
  if (!chosen) return <NotFound />;
  return (
    <>
      <PageHead title={t('common.nav.settings')} />
      <PageSection isFilled>
        <Sidebar hasGutter>
          <SidebarPanel width={{ default: 'width_25' }}>
            <Nav aria-label={t('common.nav.settings')}>
              {GROUPS.map((group) => {
                const items = allowed.filter((item) => item.group === group);
                if (items.length === 0) return null;
                return (
                  <NavGroup key={group} title={t(`settings.groups.${group}`)}>
                    {items.map(({ name }) => (
                      <NavItem key={name} itemId={name} isActive={name === section}>
                        <NavLink to={`/settings/${name}`}>{t(`settings.sections.${name}`)}</NavLink>
                      </NavItem>
                    ))}
                  </NavGroup>
                );
              })}
            </Nav>
          </SidebarPanel>
          <SidebarContent>
            <Title headingLevel="h2">{t(`settings.sections.${chosen.name}`)}</Title>
            {may(chosen.needs) ? <chosen.Show /> : <Forbidden />}
          </SidebarContent>
        </Sidebar>
      </PageSection>
    </>
  );
}

export { SettingsPage as Component };
