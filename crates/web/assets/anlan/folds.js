// Menus that fold: one open at a time, closed by Escape and by a click elsewhere. And "back" buttons.

export function folds(root) {
  // A link to what is folded opens it.
  const unfold = () => {
    const aim = location.hash.length > 1 && root.getElementById(decodeURIComponent(location.hash.slice(1)));
    const fold = aim && (aim.matches('details') ? aim : aim.querySelector('details.folded-table'));
    if (fold) fold.open = true;
  };
  addEventListener('hashchange', unfold);
  unfold();
  const open = () => root.querySelectorAll('details.fold[open]');
  root.addEventListener('click', (event) => {
    for (const fold of open()) if (!fold.contains(event.target)) fold.open = false;
    if (event.target.closest('[data-back]')) history.back();
  });
  root.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    for (const fold of open()) {
      fold.open = false;
      fold.querySelector('summary').focus();
    }
  });
}
