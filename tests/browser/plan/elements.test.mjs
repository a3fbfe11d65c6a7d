// What the packs set in force, as people meet it: duties, indicators, scorecards, rules, proposals, bodies, the browser of
// packs. Each number opens its rows, each row its clause.

import assert from 'node:assert/strict';
import { play } from '../lib/play.mjs';

/** The first link below `main` whose address matches. */
async function linkTo(page, pattern) {
  const links = await page.locator('main a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
  const found = links.find((href) => pattern.test(href ?? ''));
  assert.ok(found, `${page.url()} links to ${pattern}`);
  return found;
}

play('duties are found by words and lead to who owes them', { role: 'office' }, async (window) => {
  const { page } = window;
  await page.goto('/duties');
  const all = await page.locator('main tbody tr').count();
  assert.ok(all > 50, `${all} duties`);
  await page.locator('main input[type="search"]').first().fill('报告');
  const shown = page.locator('main tbody tr:visible');
  await shown.first().waitFor();
  assert.ok((await shown.count()) < all / 2, 'typing narrows the duties and opens their parts');
  await window.shot('duties');
  await page.goto(await linkTo(page, /^\/duties\/[a-z0-9-]+$/));
  assert.match(await page.locator('main').innerText(), /适用|逐期|到期/);
  assert.ok((await page.locator('main .clause').count()) > 0, 'a duty names its clauses');
});

play('a plant sees in My work what it owes, and hands it in', { role: 'safety_manager' }, async (window) => {
  const { page } = window;
  await page.goto('/');
  const items = page.locator('#duties .item, #duties-late .item');
  assert.ok((await items.count()) > 0, 'duties stand in My work');
  assert.ok((await items.count()) < 120, 'one line for each duty');
  await window.shot('my-work');
  await page.goto(await items.first().locator('a').getAttribute('href'));
  assert.match(page.url(), /\/duties\//);
});

play('an indicator opens the rows that it counts', { role: 'office' }, async (window) => {
  const { page } = window;
  await page.goto('/indicators');
  assert.ok((await page.locator('.figure').count()) > 20);
  const cards = await page.locator('.figure h3 a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
  await page.goto(cards[0]);
  assert.match(await page.locator('main').innerText(), /口径/);
  await page.goto(await linkTo(page, /\/rows\?/));
  assert.ok((await page.locator('h1').innerText()).length > 0);
  await page.goto('/scorecards');
  const card = await linkTo(page, /^\/scorecards\/[a-z0-9-]+/);
  await page.goto(card);
  assert.ok((await page.locator('h1').innerText()).length > 0);
});

play('rules stand by part of the plan, with their clauses', { role: 'office' }, async (window) => {
  const { page } = window;
  await page.goto('/rules');
  assert.ok((await page.locator('main .table-card').count()) > 2, 'one table for each part');
  await page.goto(await linkTo(page, /^\/rules\/[a-z0-9-]+$/));
  assert.ok((await page.locator('h1').innerText()).length > 0);
  for (const address of ['/proposals', '/bodies', '/deliverables', '/campaigns', '/checklists']) {
    const answer = await page.goto(address);
    assert.equal(answer.status(), 200, address);
  }
});

play('the browser of packs says what is in force, since when, by which clause', { role: 'office' }, async (window) => {
  const { page } = window;
  await page.goto('/packs');
  await page.goto(await linkTo(page, /kind=duty/));
  const text = await page.locator('main').innerText();
  assert.match(text, /在施行|自|起/);
  await page.goto(await linkTo(page, /^\/packs\/duty\//));
  await page.goto(await linkTo(page, /^\/plan\/clauses\//));
  assert.ok((await page.locator('.serving-lines li').count()) > 0, 'the clause names what serves it');
  await window.shot('clause-with-elements');
});
