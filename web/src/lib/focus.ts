// Where the keyboard stands is never lost: when what has the focus goes away, the nearest thing that is left gets it.

const TABBABLE =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex="0"]';
/** Places in which things follow each other: what went away there is followed by the next of its kind. */
const SERIES = 'td, tr, tbody, table, li, ul, ol';

interface Step {
  readonly element: Element;
  /** How many things before it could have the focus. */
  readonly index: number;
}

function tabbablesOf(element: Element): HTMLElement[] {
  return [...element.querySelectorAll<HTMLElement>(TABBABLE)].filter((found) => found.checkVisibility());
}

/** The way from what has the focus up to the page, from the inside out. */
function wayTo(target: Element, root: Element): Step[] {
  const way: Step[] = [];
  for (let at = target.parentElement; at && at !== root; at = at.parentElement) {
    const isSeries = at.matches(SERIES);
    const index = isSeries ? [...at.querySelectorAll(TABBABLE)].indexOf(target) : 0;
    way.push({ element: at, index: Math.max(0, index) });
  }
  return way;
}

/**
 * Watches over the focus below `root` until the returned function is called. Dialogs and menus stand outside of it and give
 * the focus back by themselves, unless what opened them is gone by then.
 */
export function keepFocus(root: HTMLElement, fallback: () => HTMLElement | null): () => void {
  let way: Step[] = [];
  let last: Element | null = null;
  const remember = (event: FocusEvent) => {
    if (!(event.target instanceof Element) || event.target.closest('[role="dialog"], [role="menu"]')) return;
    if (!root.contains(event.target)) return;
    last = event.target;
    way = wayTo(event.target, root);
  };
  const restore = () => {
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (!isLost || last === null || last.isConnected || document.querySelector('[role="dialog"]')) return;
    last = null;
    for (const { element, index } of way) {
      if (!element.isConnected) continue;
      if (element.contains(fallback())) break;
      const found = tabbablesOf(element);
      const next = found[Math.min(index, found.length - 1)];
      if (next) return next.focus({ preventScroll: true });
    }
    fallback()?.focus({ preventScroll: true });
  };
  // What is drawn anew in one go is judged when it is whole.
  let timer: number | undefined;
  const observer = new MutationObserver(() => {
    window.clearTimeout(timer);
    timer = window.setTimeout(restore, 50);
  });
  document.addEventListener('focusin', remember);
  observer.observe(document.body, { childList: true, subtree: true });
  return () => {
    document.removeEventListener('focusin', remember);
    observer.disconnect();
    window.clearTimeout(timer);
  };
}
