// A register of a pack from end to end, as the city's office uses it: found among all registers, added to, listed, found
// by its filter and in the workbook, changed, and its history read.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { fill, send } from '../lib/cases.mjs';
import { play } from '../lib/play.mjs';

// Another one each time, so that a city may be played twice.
const TITLE = `有限空间作业警示片${process.pid}`;

/** All texts of a workbook: its parts are unpacked one after another. */
function texts(file) {
  const bytes = readFileSync(file);
  const found = [];
  for (let at = bytes.indexOf('PK\x03\x04'); at >= 0; at = bytes.indexOf('PK\x03\x04', at + 4)) {
    const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
    const packed = bytes.readUInt16LE(at + 8) === 8;
    try {
      found.push(packed ? inflateRawSync(bytes.subarray(start)).toString() : '');
    } catch {
      // Not the head of a part, only its four bytes.
    }
  }
  return found.join('');
}

play('a register of a pack is found, filled, listed, exported, changed', { role: 'office' }, async (window) => {
  const { page } = window;
  await page.goto('/registers');
  const search = page.locator('main input[type="search"]');
  await search.fill('警示片');
  const line = page.locator('.register-lines li:visible').filter({ hasText: '安全警示片库' });
  await line.waitFor();
  assert.ok((await page.locator('.register-lines li:visible').count()) < 10, 'typing narrows the registers');
  await window.shot('registers-narrowed');
  await line.locator('a.register-name').click();
  await page.waitForURL(/\/r\/safety_film/);
  assert.ok((await page.locator('main .clause').count()) > 0, 'the list names the clauses that ask for it');

  await page.locator('a[href="/r/safety_film/new"]').first().click();
  await page.waitForURL(/\/new/);
  await window.access();
  await fill(page, { name: TITLE, film_kind: 'local_warning', made_on: '2021-06-01', minutes: '18' });
  await send(page);
  await page.waitForURL(/\/r\/safety_film\/[0-9a-f]{32}$/);
  const record = new URL(page.url()).pathname;
  const shown = await page.locator('main').innerText();
  for (const part of [TITLE, '本地警示教育片', '2021年6月1日']) assert.ok(shown.includes(part), `${part}: ${shown}`);
  assert.match(shown, /18\s?分钟/);

  await page.goto('/r/safety_film?film_kind=local_warning');
  assert.equal(await page.locator(`a[href="${record}"]`).count(), 1, 'its filter finds it');
  await page.goto('/r/safety_film?film_kind=themed');
  assert.equal(await page.locator(`a[href="${record}"]`).count(), 0, 'another does not');
  await page.goto('/r/safety_film?film_kind=local_warning');
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('a[href*="export.xlsx"]').click()]);
  const workbook = texts(await download.path());
  assert.ok(workbook.includes(TITLE) && workbook.includes('时长'), 'the workbook holds the row and its columns');

  await page.goto(`${record}/edit`);
  await fill(page, { minutes: '21' });
  await send(page);
  await page.waitForURL((url) => url.pathname === record);
  await page.locator('details.history > summary').click();
  const history = await page.locator('details.history').innerText();
  assert.ok(history.includes('21') && (await page.locator('details.history li').count()) >= 2, history);
});

play('somebody else finds it within the scope only', { role: 'other_county' }, async ({ page }) => {
  await page.goto('/r/safety_film');
  assert.match(await page.locator('h1').innerText(), /安全警示片库/);
});
