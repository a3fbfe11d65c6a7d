// What people do on the pages of a case: open it, take a step, choose from a list, attach.

import assert from 'node:assert/strict';

/** Types `text` into the field of a reference and takes the match that contains `wanted` (else the first). */
export async function choose(page, field, text, wanted) {
  await unfold(page, `#field-${field}`);
  const box = page.locator(`#field-${field}`).getByRole('combobox');
  await box.click();
  await box.pressSequentially(text, { delay: 30 });
  const matches = page.locator(`#options-${field}`).getByRole('option');
  const match = matches.filter({ hasText: wanted ?? text }).first();
  await match.click();
  await page.locator(`input[type="hidden"][name="${field}"]`).waitFor({ state: 'attached' });
  return page.locator(`input[type="hidden"][name="${field}"]`).inputValue();
}

/** Fills fields by their names: text, day and choice. A file is given as { file }, a reference as { find, take }. */
export async function fill(page, values) {
  for (const [name, value] of Object.entries(values)) {
    await unfold(page, `[name="${name}"]`);
    if (value.file) await page.locator(`input[name="${name}.file"]`).setInputFiles(value.file);
    else if (value.find) await choose(page, name, value.find, value.take);
    else await put(page, name, value);
  }
}

/** What is rarely filled in lies folded under "more". */
async function unfold(page, what) {
  const fold = page.locator('details:not([open])').filter({ has: page.locator(what) });
  if ((await fold.count()) > 0) await fold.locator('summary').first().click();
}

async function put(page, name, value) {
  const field = page.locator(`[name="${name}"]`).first();
  const radios = await page.locator(`input[type="radio"][name="${name}"]`).count();
  if (radios > 0) await page.locator(`input[type="radio"][name="${name}"][value="${value}"]`).check();
  else if ((await field.evaluate((e) => e.tagName)) === 'SELECT') await field.selectOption(value);
  else await field.fill(value);
}

/** Sends the form of the page and waits for the page that answers. */
export async function send(page) {
  const from = page.url();
  await page.locator('main form button[type="submit"]').last().click();
  await page.waitForURL((url) => url.href !== from);
}

/** Takes the step that is offered under this name on the page of a case, and is back on that page. */
export async function take(page, step, values) {
  const home = new URL(page.url()).pathname;
  await page.getByRole('link', { name: step, exact: true }).click();
  await page.waitForURL(/\/step\//);
  await fill(page, values);
  await page.locator('main form button[type="submit"]').last().click();
  await page.waitForURL((url) => url.pathname === home);
  assert.deepEqual(await unfilled(page), []);
}

/** Places of sentences that were left open, such as {step}. */
export async function unfilled(page) {
  return (await page.locator('body').innerText()).match(/\{[a-z_]+\}/g) ?? [];
}

/** Fails when the page of a case offers this step. */
export async function notOffered(page, step) {
  assert.equal(await page.getByRole('link', { name: step, exact: true }).count(), 0, `${step} is offered at ${page.url()}`);
}

/** The entries of the timeline, as text, oldest first as the page shows them. */
export function timeline(page) {
  const part = page.locator('section').filter({ has: page.getByRole('heading', { name: '办理过程' }) });
  return part.getByRole('listitem').allInnerTexts();
}
