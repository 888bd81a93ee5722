// The masthead: which plant, who, language, theme, the way out.
import {
  Dropdown,
  DropdownItem,
  DropdownList,
  Masthead,
  MastheadBrand,
  MastheadContent,
  MastheadLogo,
  MastheadMain,
  MastheadToggle,
  MenuToggle,
  PageToggleButton,
  ToggleGroup,
  ToggleGroupItem,
  Toolbar,
  ToolbarContent,
  ToolbarGroup,
  ToolbarItem,
} from '@patternfly/react-core';
import { UserIcon } from '@patternfly/react-icons';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { ask, client } from '@/api/client';
import { word } from '@/lib/words';
import { useSession } from '@/session/session';
import { LanguageSwitch } from './LanguageSwitch';
import { chooseTheme, theme, THEMES } from './theme';

function ThemeSwitch() {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState(theme);
  return (
    <ToggleGroup aria-label={t('common.theme.label')} isCompact>
      {THEMES.map((name) => (
        <ToggleGroupItem
          key={name}
          text={t(`common.theme.${name}`)}
          buttonId={`theme-${name}`}
          isSelected={chosen === name}
          onChange={() => {
            chooseTheme(name);
            setChosen(name);
          }}
        />
      ))}
    </ToggleGroup>
  );
}

function WhoMenu() {
  const { t } = useTranslation();
  const { who, may } = useSession();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const leave = async () => {
    await ask(client.POST('/api/v1/auth/logout'));
    queries.clear();
    void navigate('/login');
  };
  const roles = who.roles.map(({ role }) => word('role', role)).join(t('common.and'));
  return (
    <Dropdown
      shouldFocusToggleOnSelect
      isOpen={isOpen}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: 'right' }}
      toggle={(ref) => (
        <MenuToggle ref={ref} icon={<UserIcon />} isExpanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {who.display_name || who.name}
        </MenuToggle>
      )}
    >
      <DropdownList>
        {may('manage-own-account') && (
          <DropdownItem description={roles} onClick={() => void navigate('/account')}>
            {t('common.nav.account')}
          </DropdownItem>
        )}
        <DropdownItem onClick={() => void leave()}>{t('common.signOut')}</DropdownItem>
      </DropdownList>
    </Dropdown>
  );
}

interface HeadProps {
  readonly isMenuOpen: boolean;
  readonly onToggleMenu: () => void;
}

export function Head({ isMenuOpen, onToggleMenu }: HeadProps) {
  const { t } = useTranslation();
  const { plant } = useSession();
  return (
    <Masthead>
      <MastheadMain>
        <MastheadToggle>
          <PageToggleButton
            isHamburgerButton
            aria-label={t('common.menu')}
            isSidebarOpen={isMenuOpen}
            onSidebarToggle={onToggleMenu}
          />
        </MastheadToggle>
        <MastheadBrand>
          <MastheadLogo component={(props) => <Link {...props} to="/" />}>
            <img src="/favicon.svg" alt="" width={28} height={28} />
            <span className="plant">{plant}</span>
          </MastheadLogo>
        </MastheadBrand>
      </MastheadMain>
      <MastheadContent>
        <Toolbar isStatic>
          <ToolbarContent>
            <ToolbarGroup align={{ default: 'alignEnd' }}>
              <ToolbarItem>
                <LanguageSwitch />
              </ToolbarItem>
              <ToolbarItem>
                <ThemeSwitch />
              </ToolbarItem>
              <ToolbarItem>
                <WhoMenu />
              </ToolbarItem>
            </ToolbarGroup>
          </ToolbarContent>
        </Toolbar>
      </MastheadContent>
    </Masthead>
  );
}
