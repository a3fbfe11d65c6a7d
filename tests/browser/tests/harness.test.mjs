// The harness finds what it must find. Everything else here trusts it.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { checkAccess } from '../lib/access.mjs';
import { DEVICES, launch } from '../lib/chromium.mjs';
import { play } from '../lib/play.mjs';
import { accountOf, startCity } from '../lib/server.mjs';
import { signIn } from '../lib/sign_in.mjs';
import { serve } from '../lib/static_server.mjs';
import { watch } from '../lib/watch.mjs';

const fixtures = path.resolve(import.meta.dirname, '../fixtures/harness');
const site = await serve({
  folders: { '/': fixtures },
  answers: {
    '/sign-in': (_request, response) => response.writeHead(302, { location: '/sign-in.html' }).end(),
    '/favicon.ico': (_request, response) => response.writeHead(204).end(),
    '/broken': (_request, response) => response.writeHead(500).end('no'),
  },
});
const browser = await launch();
after(async () => {
  await browser.close();
  await site.stop();
});

/** What the watch notes while a page is opened. */
async function problemsOf(address, pattern) {
  const context = await browser.newContext(DEVICES.desktop);
  const problems = await watch(context, site.address);
  if (pattern) problems.expect(pattern);
  const page = await context.newPage();
  await page.goto(site.address + address).catch(() => {});
  await page.waitForTimeout(100);
  await context.close();
  return problems.list;
}

for (const [device, width] of [['desktop', 1366], ['phone', 390]]) {
  play(`a sound page passes on a ${device} and is photographed`, { device, address: site.address }, async (window) => {
    await window.page.goto('/');
    assert.equal(await window.page.textContent('#where'), '开封市');
    assert.equal(await window.page.evaluate(() => innerWidth), width);
    assert.equal(await window.page.evaluate(() => navigator.maxTouchPoints > 0), device === 'phone');
    await window.access();
    assert.ok(existsSync(await window.shot(`harness-${device}`)));
  });
}

test('an inline style is noted as a violation of the policy', async () => {
  const problems = await problemsOf('/bad.html');
  assert.ok(problems.some((text) => text.startsWith('policy: style-src')), problems.join('\n'));
});

test('a missing picture is noted as an error in the console', async () => {
  const problems = await problemsOf('/bad.html');
  assert.ok(problems.some((text) => /console: .*404.*missing\.png/.test(text)), problems.join('\n'));
});

test('an uncaught exception is noted', async () => {
  const problems = await problemsOf('/throws.html');
  assert.ok(problems.some((text) => /exception: .*thrown on purpose/.test(text)), problems.join('\n'));
});

test('an answer of 500 is noted unless it is expected', async () => {
  assert.ok((await problemsOf('/broken')).some((text) => text.startsWith('answer 500')));
  assert.deepEqual(await problemsOf('/broken', /500/), []);
});

test('a page that a blind person cannot use is refused with the reason and the place', async () => {
  const page = await browser.newPage();
  await page.goto(`${site.address}/bad.html`);
  await assert.rejects(checkAccess(page), /critical label: [^]*<input name="q">/);
  await page.close();
});

test('signing in fills the form and leaves the page', async () => {
  const page = await browser.newPage({ baseURL: site.address });
  await signIn(page, { account: 'zhang', password: 'secret' }).catch((error) => assert.fail(error));
  assert.equal(new URL(page.url()).searchParams.get('account'), 'zhang');
  await page.close();
});

test('a city tells its address and accounts, and stops when told', async () => {
  const file = path.join(fixtures, 'city.mjs');
  const city = await startCity({ program: process.execPath, arguments: [file, 'ready'] });
  assert.equal(await (await fetch(city.told.address)).text(), '安澜');
  assert.equal(accountOf('office', city.told).account, 'a');
  assert.throws(() => accountOf('mayor', city.told), /roles: office/);
  assert.equal(await city.stop(), 0);
  assert.ok(!existsSync(city.data));
});

test('a city that cannot start is reported with its own words', async () => {
  const file = path.join(fixtures, 'city.mjs');
  const start = startCity({ program: process.execPath, arguments: [file, 'fails'] });
  await assert.rejects(start, /ended \(3\) before it was ready[^]*the disk is full/);
});
