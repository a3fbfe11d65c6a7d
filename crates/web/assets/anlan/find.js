// A search field that narrows the lines of the page while one types. Without it the field is sent and answered as a page.

const LINES = 'li, tbody tr, [data-find-line]';
const SHOWN = 'li:not([hidden]), tbody tr:not([hidden])';

export function find(root) {
  for (const field of root.querySelectorAll('input[data-find]')) {
    field.hidden = false;
    const groups = [...root.querySelectorAll('[data-find-group]')];
    const none = root.querySelector('[data-find-none]');
    const folds = groups.flatMap((group) => [...group.querySelectorAll('details')]);
    const before = folds.map((fold) => fold.open);
    const narrow = () => {
      const words = field.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
      let left = 0;
      for (const group of groups) {
        let shown = 0;
        for (const line of group.querySelectorAll(LINES)) {
          const text = line.textContent.toLowerCase();
          line.hidden = !words.every((word) => text.includes(word));
          if (!line.hidden) shown += 1;
        }
        group.hidden = shown === 0;
        left += shown;
      }
      folds.forEach((fold, at) => {
        fold.open = words.length > 0 || before[at];
        fold.hidden = words.length > 0 && !fold.querySelector(SHOWN);
      });
      if (none) none.hidden = left > 0;
    };
    field.addEventListener('input', narrow);
    if (field.value) narrow();
  }
}
