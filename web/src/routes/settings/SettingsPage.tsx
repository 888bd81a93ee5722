// Settings: the plant's names, the register, who may what, what is kept.
import { Nav, NavGroup, NavItem, PageSection, Title } from '@patternfly/react-core';
import { useEffect, useRef, type ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, NavLink, useParams } from 'react-router';
import { PageHead } from '@/components/PageHead';
import { Forbidden, NotFound } from '@/components/states';
import { useSession, type Permission } from '@/session/session';
import { Audit } from './Audit';
import { Backups } from './Backups';
import { Calendars } from './calendar/Calendars';
import { Certificate } from './Certificate';
import { Knowledge } from './Knowledge';
import { Languages } from './Languages';
import { Register } from './Register';
import { RemoteSensors } from './RemoteSensors';
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
  { name: 'calendars', group: 'plant', needs: 'view-calendars', Show: Calendars },
  { name: 'register', group: 'plant', needs: 'preview-import', Show: Register },
  { name: 'users', group: 'people', needs: 'view-users', Show: Users },
  { name: 'tokens', group: 'people', needs: 'view-users', Show: Tokens },
  { name: 'audit', group: 'people', needs: 'view-audit', Show: Audit },
  { name: 'retention', group: 'server', needs: 'view-settings', Show: Retention },
  { name: 'backups', group: 'server', needs: 'make-backup', Show: Backups },
  { name: 'sensors', group: 'server', needs: 'manage-sensors', Show: RemoteSensors },
  { name: 'knowledge', group: 'server', needs: 'view-settings', Show: Knowledge },
  { name: 'certificate', group: 'server', needs: 'view-settings', Show: Certificate },
  { name: 'webhooks', group: 'server', needs: 'manage-webhooks', Show: Webhooks },
  { name: 'languages', group: 'server', needs: 'manage-own-account', Show: Languages },
] as const satisfies readonly { name: string; group: string; needs: Permission; Show: ComponentType }[];

const GROUPS = ['plant', 'people', 'server'] as const;

function SettingsPage() {
  const { t } = useTranslation();
  const { may } = useSession();
  const { section } = useParams();
  const content = useRef<HTMLDivElement>(null);
  // What was chosen far down in the list of sections begins in sight.
  useEffect(() => {
    // Browsers that answer with a promise: an effect must not hand it on.
    content.current?.scrollIntoView({ block: 'nearest' });
  }, [section]);
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
        <div className="settings">
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
          <div className="settings-content" ref={content}>
            <Title headingLevel="h2">{t(`settings.sections.${chosen.name}`)}</Title>
            {may(chosen.needs) ? <chosen.Show /> : <Forbidden />}
          </div>
        </div>
      </PageSection>
    </>
  );
}

export { SettingsPage as Component };
