// The pages of the menu. Only pages that work stand here.
import type { Permission } from '@/session/session';

interface PageEntry {
  readonly name:
    'start' | 'today' | 'assets' | 'map' | 'risk' | 'vulnerabilities' | 'traffic' | 'sensors' | 'settings';
  readonly path: string;
  /** Without this permission the page is not offered. */
  readonly needs: Permission;
}

export const PAGES: readonly PageEntry[] = [
  { name: 'start', path: '/start', needs: 'edit-structure' },
  { name: 'today', path: '/today', needs: 'view-health' },
  { name: 'assets', path: '/assets', needs: 'view-assets' },
  { name: 'map', path: '/map', needs: 'view-assets' },
  { name: 'risk', path: '/risk', needs: 'view-risk' },
  { name: 'vulnerabilities', path: '/vulnerabilities', needs: 'view-risk' },
  { name: 'traffic', path: '/traffic', needs: 'view-traffic' },
  { name: 'sensors', path: '/sensors', needs: 'view-health' },
  { name: 'settings', path: '/settings', needs: 'view-structure' },
];
