// Forms: values are checked while typing, a form is sent once, files that are too large are found before sending.

const USCC = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/** The check digit of GB 32100-2015. */
function isUscc(text) {
  const code = text.trim().toUpperCase();
  if (code.length !== 18 || [...code].some((c) => !USCC.includes(c))) return false;
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * USCC.indexOf(code[i]), 0);
  return USCC[(31 - (sum % 31)) % 31] === code[17];
}

/** Digits as input methods produce them. */
export function plainNumber(text) {
  return text
    .replace(/[０-９．－]/g, (c) => '0123456789.-'['０１２３４５６７８９．－'.indexOf(c)])
    .replace(/[,，\s]/g, '');
}

function problem(input, says) {
  const text = input.value.trim();
  if (!text) return '';
  const { check, least, most } = input.dataset;
  if (check === 'uscc') return isUscc(text) ? '' : says.notUscc;
  if (check === 'phone') return /^[-+\d\s]{5,20}$/.test(plainNumber(text)) ? '' : says.notPhone;
  const number = plainNumber(text);
  const shape = check === 'integer' ? /^-?\d+$/ : /^-?\d*\.?\d+$/;
  if (!shape.test(number)) return says.notNumber;
  const value = Number(number);
  const outside = (least !== undefined && value < Number(least)) || (most !== undefined && value > Number(most));
  return outside ? says.out.replace('%least', least ?? '…').replace('%most', most ?? '…') : '';
}

/** Shows what is wrong beside the field, and keeps the browser from sending it. */
export function tell(input, text) {
  input.setCustomValidity(text);
  const field = input.closest('.field');
  field?.classList.toggle('wrong', text !== '');
  const place = field?.querySelector('.says');
  if (!place) return;
  place.querySelector('.live')?.remove();
  if (!text) return;
  const line = document.createElement('p');
  line.className = 'error live';
  line.textContent = text;
  place.prepend(line);
}

export function forms(root) {
  for (const form of root.querySelectorAll('form.form')) {
    form.addEventListener('input', (event) => {
      if (event.target.dataset.check && event.target.validationMessage) check(event.target);
    });
    form.addEventListener('change', (event) => {
      if (event.target.dataset.check) check(event.target);
      narrow(form, event.target);
    });
    const check = (input) => tell(input, problem(input, form.dataset));
    for (const select of form.querySelectorAll('select')) narrow(form, select, true);
    form.querySelector('[role="alert"]')?.focus();
  }
  root.addEventListener('submit', once);
}

/** Choices that belong to a choice of another field: townships of the chosen county. */
function narrow(form, chosen, first = false) {
  if (chosen.tagName !== 'SELECT' || !chosen.value || chosen.name !== 'county') return;
  for (const option of form.querySelectorAll('option[data-within]')) {
    const fits = option.dataset.within === chosen.value;
    option.hidden = option.disabled = !fits;
    if (!fits && option.selected && !first) option.parentElement.value = '';
  }
}

function once(event) {
  const form = event.target.closest('form[data-once]');
  if (!form || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = 'yes';
  const button = event.submitter;
  if (button && form.dataset.sending) {
    button.dataset.text = button.textContent;
    button.textContent = form.dataset.sending;
    button.setAttribute('aria-disabled', 'true');
  }
  // Coming back with the browser's button shows the same page again: it may be sent anew.
  addEventListener('pageshow', () => again(form, button), { once: true });
}

function again(form, button) {
  delete form.dataset.sent;
  if (button?.dataset.text) {
    button.textContent = button.dataset.text;
    button.removeAttribute('aria-disabled');
  }
}
