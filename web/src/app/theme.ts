// Light, dark, or as the device has it.
import { recall, remember } from '@/lib/stored';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const DARK = 'pf-v6-theme-dark';
const wantsDark = window.matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

/** The theme that was chosen in this browser. `public/theme.js` reads the same before the first paint. */
export function theme(): Theme {
  const kept = localStorage.getItem('yagura.theme');
  return THEMES.find((name) => name === kept) ?? 'system';
}

export function isDark(): boolean {
  return document.documentElement.classList.contains(DARK);
}

function paint(): void {
  const dark = theme() === 'dark' || (theme() === 'system' && wantsDark.matches);
  document.documentElement.classList.toggle(DARK, dark);
  listeners.forEach((listener) => listener());
}

export function chooseTheme(name: Theme): void {
  localStorage.setItem('yagura.theme', name);
  paint();
}

/** Tells drawings, which take no colours from the style sheet, when the theme changes. */
export function onTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

wantsDark.addEventListener('change', paint);

/** Whether the menu stands open; remembered per browser. */
export const menu = {
  isOpen: () => recall('menu', true),
  keep: (isOpen: boolean) => remember('menu', isOpen),
};
