// A risk is assessed again: a hazard asks for it, it waits in My work, and the new assessment closes it. The tests follow
// one another.

import assert from 'node:assert/strict';
import { choose, fill, notOffered, send } from '../lib/cases.mjs';
import { play } from '../lib/play.mjs';

const mark = Date.now().toString(36);
const WORDS = `法兰渗漏需要重新评估 ${mark}`;
const made = {};

const pathOf = (page) => new URL(page.url()).pathname;
const main = (page) => page.locator('main').innerText();

/** The section of the page under this heading. */
const part = (page, heading) =>
  page.locator('section').filter({ has: page.getByRole('heading', { name: heading }) }).first();

/** Opens everything that the form folds away. */
const unfold = (page) => page.evaluate(() => document.querySelectorAll('details').forEach((d) => (d.open = true)));

play('the page of a factor says in words how its grade came about', { role: 'safety_manager' }, async ({ page, shot, access }) => {
  await page.goto('/r/risk_factor');
  await page.locator('main tbody a').first().click();
  await page.waitForURL(/\/r\/risk_factor\/[0-9a-f]{32}$/);
  made.factor = pathOf(page);
  made.point = await page.locator('a[href^="/r/risk_point/"]').first().innerText();
  const text = await main(page);
  assert.match(text, /L = \d+(\.\d+)?：\S/, 'each input with the words of its row');
  assert.doesNotMatch(text, /\bc: \d/, 'no bare keys');
  assert.match(await part(page, '评估推导').innerText(), /D = L × E × C/);
  const measures = await part(page, '管控措施').innerText();
  for (const kind of ['工程技术', '管理', '培训教育', '个体防护', '应急处置']) assert.ok(measures.includes(kind), kind);
  assert.equal(await part(page, '历次评估').locator('tbody tr').count(), 1);
  await access();
  await shot('factor', { whole: true });
});

play('a hazard that asks for it puts the risk back to be assessed', { role: 'safety_manager' }, async ({ page, shot }) => {
  await page.goto('/r/hazard/new?procedure=hazard.general');
  await unfold(page);
  await fill(page, { description: WORDS, regrade: 'yes' });
  await choose(page, 'risk_point', made.point);
  await send(page);
  await page.waitForURL(/\/r\/hazard\/[0-9a-f]{32}$/);
  await page.goto(made.factor);
  const note = page.locator('.message-note').filter({ hasText: WORDS });
  assert.match(await note.innerText(), /需要重新评估（\S+）/);
  await shot('factor-asked');
  made.case = await note.getByRole('link').getAttribute('href');
  await page.goto(made.case);
  await notOffered(page, '又有变化');
  assert.match(await main(page), /待评估/);
});

play('it waits in My work and is closed by the new assessment', { role: 'safety_manager', device: 'phone' }, async ({ page, shot, access }) => {
  await page.goto('/');
  await page.locator(`a[href="${made.case}"]`).first().click();
  await page.waitForURL((url) => url.pathname === made.case);
  await shot('reassess-case');
  await page.getByRole('link', { name: '重新评估', exact: true }).click();
  await page.waitForURL(/\/assess$/);
  assert.ok((await main(page)).includes(WORDS), 'the form says why');
  await access();
  await shot('reassess-form');
  await send(page);
  await page.waitForURL((url) => url.pathname === made.factor);
  assert.equal(await page.locator('.message-note').filter({ hasText: WORDS }).count(), 0);
  assert.equal(await part(page, '历次评估').locator('tbody tr').count(), 2, 'the assessment before is kept');
  await page.goto(made.case);
  assert.match(await main(page), /已评估/);
  await page.goto('/');
  assert.equal(await page.locator(`a[href="${made.case}"]`).count(), 0);
});

play('changed facts ask for it too, and say what changed', { role: 'safety_manager' }, async ({ page }) => {
  await page.goto(`${made.factor}/edit`);
  await unfold(page);
  assert.equal(await page.locator('[name="inputs"], [name="method"]').count(), 0, 'inputs belong to the assessment');
  await fill(page, { material: `液氨 ${mark}` });
  await send(page);
  await page.locator('.message-note').filter({ hasText: `涉及物料：液氨 ${mark}` }).waitFor();
});
