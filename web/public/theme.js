// Before the first paint, so that a dark room stays dark: the theme that was chosen, or that of the system.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('yagura.theme');
  } catch {
    // Storage may be forbidden; then the system decides.
  }
  const isDark =
    chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.classList.toggle('pf-v6-theme-dark', isDark);
})();
