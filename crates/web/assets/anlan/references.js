// Fields that name another record: htmx fetches the matches, this module lets people choose one by mouse, finger or
// keyboard.

import { tell } from './forms.js';

export function references(root) {
  for (const box of root.querySelectorAll('.reference')) wire(box);
}

function wire(box) {
  const input = box.querySelector('[role="combobox"]');
  const list = box.querySelector('[role="listbox"]');
  const chosen = box.querySelector('.chosen');
  const options = () => [...list.querySelectorAll('[data-id]')];
  const show = (open) => {
    list.hidden = !open;
    input.setAttribute('aria-expanded', String(open));
  };

  const pick = (option) => {
    if (!box.hasAttribute('data-many')) chosen.replaceChildren();
    const { id, title } = option.dataset;
    if (![...chosen.querySelectorAll('input')].some((i) => i.value === id)) chosen.append(picked(box.dataset.reference, id, title));
    input.value = '';
    tell(input, '');
    show(false);
    box.dispatchEvent(new Event('input', { bubbles: true }));
  };

  const mark = (step) => {
    const all = options();
    if (!all.length) return;
    const at = all.findIndex((o) => o.getAttribute('aria-selected') === 'true');
    all[at]?.removeAttribute('aria-selected');
    const next = all[(at + step + all.length) % all.length];
    next.setAttribute('aria-selected', 'true');
    next.id = `${list.id}-at`;
    all[at]?.removeAttribute('id');
    input.setAttribute('aria-activedescendant', next.id);
    next.scrollIntoView({ block: 'nearest' });
  };

  new MutationObserver(() => show(list.children.length > 0 && document.activeElement === input)).observe(list, { childList: true });
  input.addEventListener('focus', () => list.children.length && show(true));
  input.addEventListener('blur', () => setTimeout(() => show(false), 150));
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      show(true);
      mark(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Enter') {
      const option = list.querySelector('[aria-selected="true"]') ?? (options().length === 1 ? options()[0] : null);
      event.preventDefault();
      if (option && !list.hidden) pick(option);
    } else if (event.key === 'Escape') {
      show(false);
    }
  });
  list.addEventListener('mousedown', (event) => {
    const option = event.target.closest('[data-id]');
    if (!option) return;
    event.preventDefault();
    pick(option);
  });
  chosen.addEventListener('click', (event) => {
    if (event.target.tagName !== 'BUTTON') return;
    event.target.parentElement.remove();
    input.focus();
  });
  box.closest('form')?.addEventListener('submit', (event) => {
    const missing = input.hasAttribute('data-required') && !chosen.children.length;
    if (!missing) return;
    event.preventDefault();
    tell(input, box.closest('form').dataset.choose);
    input.focus();
  });
}

function picked(name, id, title) {
  const span = document.createElement('span');
  span.className = 'picked';
  const value = document.createElement('input');
  Object.assign(value, { type: 'hidden', name, value: id });
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = '×';
  button.setAttribute('aria-label', title);
  span.append(value, title, button);
  return span;
}
