// Where menus hang.

/**
 * In the dialog that the menu belongs to: a dialog hides everything beside it from screen readers each time that it is drawn
 * anew. Elsewhere on the page itself.
 */
export function menuHome(toggle: HTMLElement | null): HTMLElement {
  return toggle?.closest<HTMLElement>('.pf-v6-c-backdrop') ?? document.body;
}
