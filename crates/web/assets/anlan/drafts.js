// What was typed survives a lost connection: kept in the browser while typing, restored when the form is opened again,
// dropped when the form was sent and the next page is another one. Passwords and files are never kept.

const PREFIX = 'anlan.draft.';
const SENT = 'anlan.sent';
const KEPT_MS = 7 * 24 * 3600 * 1000;

export function drafts(root) {
  forget(root);
  for (const form of root.querySelectorAll('form[data-draft]')) keep(form);
}

/** A draft whose form was sent, and which is not shown again with errors, is done. */
function forget(root) {
  const sent = sessionStorage.getItem(SENT);
  if (!sent) return;
  const shown = [...root.querySelectorAll('form[data-draft]')].some((f) => PREFIX + f.dataset.draft === sent);
  if (!shown) localStorage.removeItem(sent);
  sessionStorage.removeItem(SENT);
}

function values(form) {
  const secret = (name) => form.elements[name]?.type === 'password';
  return [...new FormData(form)].filter(([name, value]) => typeof value === 'string' && !name.startsWith('_') && !secret(name));
}

function keep(form) {
  const name = PREFIX + form.dataset.draft;
  const old = read(name);
  const redisplayed = form.querySelector('[role="alert"]');
  if (old && !redisplayed && JSON.stringify(old.values) !== JSON.stringify(values(form))) offer(form, name, old);
  let waiting;
  form.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => write(name, values(form)), 400);
  });
  form.addEventListener('submit', () => {
    write(name, values(form));
    sessionStorage.setItem(SENT, name);
  });
}

function read(name) {
  try {
    const draft = JSON.parse(localStorage.getItem(name));
    return draft && Date.now() - draft.at < KEPT_MS ? draft : null;
  } catch {
    return null;
  }
}

function write(name, list) {
  try {
    localStorage.setItem(name, JSON.stringify({ at: Date.now(), values: list }));
  } catch {
    // No room or no permission: the form works without drafts.
  }
}

function offer(form, name, draft) {
  restore(form, draft.values);
  for (const fold of form.querySelectorAll('details.more')) fold.open = true;
  const note = document.createElement('div');
  note.className = 'message message-note';
  note.setAttribute('role', 'status');
  const text = document.createElement('span');
  text.textContent = form.dataset.draftKept;
  const drop = document.createElement('button');
  drop.type = 'button';
  drop.className = 'btn btn-sm';
  drop.textContent = form.dataset.draftDrop;
  drop.addEventListener('click', () => {
    localStorage.removeItem(name);
    location.reload();
  });
  note.append(text, drop);
  form.prepend(note);
}

function restore(form, list) {
  const wanted = new Map();
  for (const [name, value] of list) wanted.set(name, [...(wanted.get(name) ?? []), value]);
  for (const input of form.querySelectorAll('input, select, textarea')) {
    const found = wanted.get(input.name);
    if (!found || input.type === 'hidden' || input.type === 'file') continue;
    if (input.type === 'radio' || input.type === 'checkbox') input.checked = found.includes(input.value);
    else input.value = found.shift() ?? input.value;
  }
}
