// Menus that fold: one open at a time, closed by Escape and by a click elsewhere. And "back" buttons.

export function folds(root) {
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
