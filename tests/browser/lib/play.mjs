// The frame of every browser test: a fresh context on one device, watched; a picture when it fails.
//
//   import { play } from '../lib/play.mjs';
//   play('a worker reports a hazard with three taps', { device: 'phone', role: 'worker' }, async ({ page, shot }) => {
//     await page.goto('/my');
//     ...
//   });

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { launch, DEVICES } from './chromium.mjs';
import { checkAccess } from './access.mjs';
import { city, accountOf } from './server.mjs';
import { shoot } from './shots.mjs';
import { signIn } from './sign_in.mjs';
import { watch } from './watch.mjs';

const PATIENCE_MS = 60_000;

let browser;
after(async () => (await browser)?.close());

/**
 * Declares a test. Options: device ('desktop' or 'phone'), role (signs in first), address (else the city's),
 * language (browser language, else zh-CN).
 * The function gets { page, context, address, problems, shot(name), access(), open({ role, device }) }:
 * `open` gives another person a window of their own, watched likewise.
 */
export function play(name, options, body) {
  test(name, async () => {
    browser ??= launch();
    const address = options.address ?? city().address;
    const windows = [];
    const open = async (wish) => {
      const window = await openWindow(await browser, address, { ...options, role: undefined, ...wish });
      windows.push(window);
      if (wish.role) await signIn(window.page, accountOf(wish.role), window.problems);
      return window;
    };
    try {
      const first = await open({ role: options.role });
      await body({ ...first, open });
      // Console messages and violations may still be on their way.
      await first.page.waitForTimeout(50);
      assert.deepEqual(windows.flatMap((window) => window.problems.list), []);
    } catch (error) {
      await Promise.all(windows.map((window, index) => shoot(window.page, `failed-${name}-${index}`).catch(() => {})));
      const also = windows.flatMap((window) => window.problems.list);
      if (also.length > 0) error.message += `\nProblems on the pages:\n  ${also.join('\n  ')}`;
      throw error;
    } finally {
      await Promise.all(windows.map((window) => window.context.close()));
    }
  });
}

async function openWindow(running, address, { device = 'desktop', language }) {
  const settings = { ...DEVICES[device], baseURL: address, ...(language ? { locale: language } : {}) };
  const context = await running.newContext(settings);
  context.setDefaultTimeout(PATIENCE_MS);
  const problems = await watch(context, address);
  const page = await context.newPage();
  return {
    page,
    context,
    address,
    problems,
    shot: (name, more) => shoot(page, name, more),
    access: (more) => checkAccess(page, more),
  };
}
