// The whole program on PostgreSQL: somebody signs in, reports a hazard that was put right at once;
// the plant's head finds it by its words and confirms.

import assert from 'node:assert/strict';
import { choose, fill, send, take } from '../lib/cases.mjs';
import { photo } from '../lib/photos.mjs';
import { play } from '../lib/play.mjs';

const WORDS = `配电箱门未关 ${Date.now().toString(36)}`;

play('a hazard is reported and closed on PostgreSQL', { role: 'worker' }, async ({ page, open }) => {
  await page.goto('/r/hazard/new?procedure=hazard.at_once');
  // Where the worker belongs to one plant only, it is filled in already.
  if ((await page.locator('input[type="hidden"][name="enterprise"]').inputValue()) === '') await choose(page, 'enterprise', '有限');
  await fill(page, {
    description: WORDS,
    photo_before: { file: photo('before', [180, 60, 60]) },
    photo_after: { file: photo('after', [60, 160, 80]) },
  });
  await send(page);
  await page.waitForURL(/\/r\/hazard\/[0-9a-f]{32}$/);
  const shown = await page.locator('main').innerText();
  assert.ok(shown.includes(WORDS), shown);
  const head = await open({ role: 'head' });
  await head.page.goto(`/search?q=${encodeURIComponent(WORDS)}`);
  await head.page.getByRole('link').filter({ hasText: WORDS }).first().click();
  await head.page.waitForURL(/\/r\/hazard\/[0-9a-f]{32}$/);
  await take(head.page, '确认已整改', {});
  assert.match(await head.page.locator('main').innerText(), /已销号/);
});
