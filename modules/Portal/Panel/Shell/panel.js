// Before anything is painted: light or dark as the system says, where the reader chose neither.
(() => {
  const page = document.documentElement;
  if (page.dataset.theme !== 'auto') return;
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const follow = () => page.setAttribute('data-bs-theme', dark.matches ? 'dark' : 'light');
  dark.addEventListener('change', follow);
  follow();
})();
