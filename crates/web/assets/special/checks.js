// Checks: one tap writes a result and the card goes away; what could not be sent stays on the page with its words and
// photos. Without this module the forms are sent as plain forms.

const TOKEN = document.querySelector('meta[name="csrf"]').content;

document.addEventListener('click', (event) => {
  const phrase = event.target.closest('[data-phrase]');
  if (!phrase) return;
  const note = phrase.closest('form').elements.note;
  note.value = note.value ? `${note.value}；${phrase.dataset.phrase}` : phrase.dataset.phrase;
});

document.addEventListener('submit', (event) => {
  const form = event.target.closest('form[data-check]');
  if (!form) return;
  event.preventDefault();
  const photo = form.elements['photo.file'];
  const passed = event.submitter?.value === 'pass';
  if (passed && form.dataset.photoNeeded !== undefined && photo.files.length === 0) {
    // One more tap in the camera, and the result goes on by itself.
    photo.addEventListener('change', () => setTimeout(() => send(form, 'pass'), 600), { once: true });
    photo.click();
    return;
  }
  send(form, passed ? 'pass' : 'fail');
});

async function send(form, result) {
  if (form.dataset.sent) return;
  form.dataset.sent = 'yes';
  form.setAttribute('aria-busy', 'true');
  const body = new FormData(form);
  body.set('result', result);
  const headers = { accept: 'application/json', 'x-csrf-token': TOKEN };
  try {
    const response = await fetch(form.action, { method: 'POST', headers, body });
    const answer = await response.json();
    if (response.ok) return done(form, answer.hazard);
    const problems = (answer.error?.problems ?? []).map((p) => p.message);
    say(form, problems.length ? problems.join(' ') : `${answer.error?.title ?? ''} ${answer.error?.message ?? ''}`);
  } catch {
    say(form, form.dataset.failed);
  }
  delete form.dataset.sent;
  form.removeAttribute('aria-busy');
}

function say(form, text) {
  const line = document.createElement('p');
  line.className = 'error';
  line.textContent = text;
  form.querySelector('.check-says').replaceChildren(line);
}

function done(form, hazard) {
  const card = form.closest('[data-check-card]');
  count(card);
  if (hazard) {
    const line = document.createElement('p');
    const link = document.createElement('a');
    link.href = hazard;
    link.textContent = form.dataset.open;
    line.append(`${form.dataset.hazard} `, link);
    line.setAttribute('role', 'status');
    form.replaceWith(line);
    card.removeAttribute('data-check-card');
    return;
  }
  const next = card.nextElementSibling ?? card.previousElementSibling;
  card.classList.add('check-gone');
  setTimeout(() => {
    card.remove();
    next?.querySelector('.check-pass')?.focus({ preventScroll: true });
  }, 160);
}

/** The numbers in the head of the page and of the group move along. */
function count(card) {
  const group = card.closest('[data-check-group]').querySelector('[data-group-left]');
  group.textContent = String(Number(group.textContent) - 1);
  const all = document.querySelector('[data-left]');
  all.dataset.left = String(Number(all.dataset.left) - 1);
  all.textContent = all.dataset.leftSays.replace('%n', all.dataset.left);
  const nothing = document.querySelector('[data-all-done]');
  if (all.dataset.left === '0' && !document.querySelector('.check-plain')) nothing.hidden = false;
}
