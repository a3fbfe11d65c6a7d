// The pictures of README and documentation. Small enough to be stored: each under 200 KB, all under 4 MB.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statSync } from 'node:fs';
import { play } from '../lib/play.mjs';

const EACH = 240_000;
const ALL = 4_000_000;
const taken = [];
const CASE = /^\/r\/hazard\/[0-9a-f]{32}$/;
const ENTERPRISE = /^\/r\/enterprise\/[0-9a-f]{32}$/;
const PLANT = '模拟尉氏县化工厂000001';

async function picture({ page, shot }, name, address) {
  if (address) await page.goto(address);
  await page.waitForLoadState('networkidle');
  taken.push(await shot(name));
}

async function firstLink(page, list, pattern) {
  await page.goto(list);
  const links = await page.locator('main a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
  const found = links.find((href) => pattern.test(href ?? ''));
  assert.ok(found, `${list} links to ${pattern}`);
  return found;
}

play('pages of a safety manager', { role: 'safety_manager' }, async (window) => {
  const { page } = window;
  await picture(window, 'my-work', '/');
  await picture(window, 'risk', '/risk');
  await page.goto('/risk/factors/new');
  for (const [name, value] of [['method', 'lec'], ['in.lec.l', '3'], ['in.lec.e', '6'], ['in.lec.c', '15']]) {
    await page.locator(`input[name="${name}"][value="${value}"]`).check();
  }
  const result = page.getByRole('status').filter({ hasText: '270' });
  await result.waitFor();
  await result.evaluate((e) => e.scrollIntoView({ block: 'end' }));
  await picture(window, 'risk-assessment');
});

play('pages of the city office', { role: 'office' }, async (window) => {
  const { page } = window;
  await picture(window, 'hazards', '/hazards');
  await picture(window, 'hazard-list', '/r/hazard');
  await page.goto('/risk/map');
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(1500);
  await picture(window, 'four-colour-map');
  const plant = await firstLink(page, `/r/enterprise?q=${encodeURIComponent(PLANT)}`, ENTERPRISE);
  await picture(window, 'enterprise', plant.replace('/r/enterprise/', '/enterprises/'));
  await picture(window, 'plan', '/plan');
  await picture(window, 'clause', '/plan/clauses/A2.2.3.3');
  await picture(window, 'registers', '/registers');
  await picture(window, 'packs', '/packs');
});

play('what the packs set in force, as the city office sees it', { role: 'office' }, async (window) => {
  await picture(window, 'duties', '/duties');
  await picture(window, 'duty', await firstLink(window.page, '/duties?state=overdue', /^\/duties\/[a-z0-9-]+$/));
  await picture(window, 'indicators', '/indicators');
  await picture(window, 'indicator', await firstLink(window.page, '/indicators', /^\/indicators\/[a-z0-9-]+$/));
  await picture(window, 'scorecard', await firstLink(window.page, '/scorecards', /^\/scorecards\/[a-z0-9-]+/));
  await picture(window, 'rules', '/rules');
});

play('a major hazard as the county regulator sees it', { role: 'county_regulator' }, async (window) => {
  const major = '/r/hazard?level=major&state=rectifying';
  await picture(window, 'case', await firstLink(window.page, major, CASE));
});

play('pages on a phone', { role: 'worker', device: 'phone' }, async (window) => {
  const { page } = window;
  await page.goto('/p/GW-410223-000003');
  const item = page.getByRole('listitem').filter({ has: page.locator('form') }).first();
  await item.getByText('异常', { exact: true }).click();
  await item.getByRole('button', { name: /^不符合/ }).first().click();
  await item.evaluate((e) => e.scrollIntoView({ block: 'center' }));
  await picture(window, 'phone-checks');
  await picture(window, 'phone-hazard-form', '/r/hazard/new?procedure=hazard.general');
});

play('a case on a phone', { role: 'safety_manager', device: 'phone' }, async (window) => {
  await picture(window, 'phone-my-work', '/');
  await picture(window, 'phone-case', await firstLink(window.page, '/r/hazard?state=rectifying', CASE));
});

test('the pictures are small enough to be stored', () => {
  const sizes = taken.map((file) => ({ file, bytes: statSync(file).size }));
  assert.deepEqual(sizes.filter(({ bytes }) => bytes > EACH), []);
  const all = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  assert.ok(all < ALL, `${all} bytes`);
});
