// The frame around every page: masthead, menu, content.
import {
  Nav,
  NavItem,
  NavList,
  Page,
  PageSidebar,
  PageSidebarBody,
  SkipToContent,
} from '@patternfly/react-core';
import { Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink, Outlet, useLocation } from 'react-router';
import { PageHead } from '@/components/PageHead';
import { Forbidden, Loading } from '@/components/states';
import { Told } from '@/components/Told';
import { keepFocus } from '@/lib/focus';
import { useHealth } from '@/lib/health';
import { useSession } from '@/session/session';
import { StoryBar } from '@/story/StoryBar';
import { Head } from './Head';
import { PAGES } from './pages';
import { menu } from './theme';

const CONTENT = 'content';

/** The page of the menu that an address belongs to. */
function pageAt(pathname: string) {
  return PAGES.find(({ path }) => pathname === path || pathname.startsWith(`${path}/`));
}

/** The page of the address; to whom it is closed, that is said, and nothing is asked of the server. */
function Opened() {
  const { t } = useTranslation();
  const { may } = useSession();
  const { pathname } = useLocation();
  const page = pageAt(pathname);
  if (!page || may(page.needs)) return <Outlet />;
  return (
    <>
      <PageHead title={t(`common.nav.${page.name}`)} />
      <Forbidden />
    </>
  );
}

function Menu({ isOpen }: { readonly isOpen: boolean }) {
  const { t } = useTranslation();
  const { may } = useSession();
  const { pathname } = useLocation();
  const allowed = PAGES.filter((page) => may(page.needs));
  return (
    <PageSidebar isSidebarOpen={isOpen}>
      <PageSidebarBody>
        <Nav aria-label={t('common.nav.label')}>
          <NavList>
            {allowed.map(({ name, path }) => (
              <NavItem key={name} itemId={name} isActive={pageAt(pathname)?.name === name}>
                <NavLink to={path}>{t(`common.nav.${name}`)}</NavLink>
              </NavItem>
            ))}
          </NavList>
        </Nav>
      </PageSidebarBody>
    </PageSidebar>
  );
}

/** Says on every page that the server does not answer: what is shown then is from before. */
function Reached() {
  const { error } = useHealth();
  return <Told error={error} />;
}

export function Shell() {
  const { t } = useTranslation();
  const { may } = useSession();
  const [isOpen, setOpen] = useState(menu.isOpen);
  useEffect(() => keepFocus(document.body, () => document.getElementById(CONTENT)), []);
  const toggle = () => {
    menu.keep(!isOpen);
    setOpen(!isOpen);
  };
  return (
    <Page
      masthead={<Head isMenuOpen={isOpen} onToggleMenu={toggle} />}
      sidebar={<Menu isOpen={isOpen} />}
      skipToContent={<SkipToContent href={`#${CONTENT}`}>{t('common.skip')}</SkipToContent>}
      mainContainerId={CONTENT}
      isContentFilled
    >
      {may('view-health') && <Reached />}
      {may('view-health') && <StoryBar />}
      <Suspense fallback={<Loading />}>
        <Opened />
      </Suspense>
    </Page>
  );
}
