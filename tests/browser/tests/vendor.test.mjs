// The vendored files do their work under the product's content security policy, without one violation.

import assert from 'node:assert/strict';
import { after } from 'node:test';
import path from 'node:path';
import { play } from '../lib/play.mjs';
import { serve } from '../lib/static_server.mjs';

const top = path.resolve(import.meta.dirname, '../../..');
const site = await serve({
  folders: {
    '/vendor/': path.join(top, 'crates/web/assets/vendor'),
    '/geo/': path.join(top, 'packs/kaifeng-2020/geo'),
    '/': path.resolve(import.meta.dirname, '../fixtures/vendor'),
  },
  answers: {
    '/fragment': (_request, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end('<b>到了</b><hx-partial hx-target="#also" hx-swap="innerHTML"><i>也到了</i></hx-partial>');
    },
    '/live': (_request, response) => {
      response.setHeader('Content-Type', 'text/event-stream');
      response.write('data: <em>报警</em>\n\n');
    },
  },
});
after(() => site.stop());

const desktop = { device: 'desktop', address: site.address };

play('Tabler opens menus and dialogs, and icons are drawn', desktop, async ({ page }) => {
  await page.goto('/');
  await page.click('text=菜单');
  await page.waitForSelector('.dropdown-menu.show');
  await page.keyboard.press('Escape');
  await page.click('text=对话框');
  await page.waitForSelector('#dialog.show');
  const box = await page.locator('#icon use').boundingBox();
  assert.ok(box.width > 5 && box.height > 5, 'the icon has a size');
});

play('htmx fetches fragments, fills a second place and follows a stream', desktop, async ({ page }) => {
  await page.goto('/');
  await page.click('#fetch');
  await page.waitForSelector('#here b');
  assert.equal(await page.textContent('#also i'), '也到了');
  await page.waitForSelector('#live em');
});

play('ECharts draws, and pointing at a bar breaks no policy', desktop, async ({ page }) => {
  await page.goto('/');
  await page.hover('#chart canvas');
  const ink = () => document.querySelector('#chart canvas').toDataURL().length;
  assert.ok((await page.evaluate(ink)) > 2000, 'the chart is not empty');
});

play('MapLibre draws the nine districts and counties with their names', desktop, async ({ page, shot }) => {
  await page.goto('/');
  await page.waitForFunction(() => window.mapShows?.length > 0 && window.mapNames > 0, null, { timeout: 20_000 });
  const expected = ['410202', '410203', '410204', '410205', '410212', '410221', '410222', '410223', '410225'];
  assert.deepEqual(await page.evaluate(() => window.mapShows), expected);
  await shot('vendor', { whole: true });
});
