// The double report: drawn up from the ledger by the safety manager, printed, signed by the head, received by the
// regulator, told to the workers. And a case passed on: as text and as a long picture.

import assert from 'node:assert/strict';
import { fill, notOffered, send, take, timeline } from '../lib/cases.mjs';
import { paper, photo } from '../lib/photos.mjs';
import { play } from '../lib/play.mjs';

const scan = (name) => ({ file: paper(name) });

play('a double report is signed, received and told to the workers', { role: 'safety_manager' }, async (first) => {
  const { page, open } = first;
  await page.goto('/r/double_report/new');
  const value = (name) => page.locator(`[name="${name}"]`).first().inputValue();
  assert.equal(await value('period'), '2021年第1季度');
  assert.equal(await value('as_of'), '2021-03-31');
  const found = Number(await value('found_count'));
  assert.ok(found > 0, 'the ledger of the plant holds hazards of the quarter');
  await first.shot('double-report-form');
  await send(page);
  const address = new URL(page.url()).pathname;
  assert.match(address, /^\/r\/double_report\/[0-9a-f]{32}$/);
  await notOffered(page, '主要负责人签字报出');

  const print = page.getByRole('link', { name: '打印统计表（供签字）' });
  const sheet = await print.getAttribute('href');
  await page.goto(sheet);
  const printed = await page.locator('main').innerText();
  assert.match(printed, new RegExp(`本期排查隐患\\s+${found}项`));
  assert.match(printed, /主要负责人（签字）/);
  await first.shot('double-report-sheet');

  const head = await open({ role: 'head' });
  await head.page.goto('/');
  assert.equal(await head.page.locator(`a[href="${address}"]`).count(), 1, 'it waits for the head');
  await head.page.goto(address);
  await take(head.page, '主要负责人签字报出', { signed_by: '王厂长', signed_on: '2021-06-15', signed_scan: scan('统计表签字件') });
  const file = head.page.getByRole('link', { name: '统计表签字件.pdf' }).first();
  assert.equal(await file.count(), 1, 'the scan keeps its name');
  await notOffered(head.page, '签收');

  const regulator = await open({ role: 'county_regulator' });
  await regulator.page.goto(address);
  await take(regulator.page, '签收', { receipt_number: '尉应急收〔2021〕1号', received_on: '2021-06-16' });
  assert.match(await regulator.page.locator('main').innerText(), /尉应急收〔2021〕1号/);

  const phone = await open({ role: 'safety_manager', device: 'phone' });
  await phone.page.goto(address);
  await take(phone.page, '向职工通报并留证', {
    workers_body: 'notice_board',
    told_on: '2021-06-18',
    agenda: scan('议程'),
    sign_in: scan('签到表'),
    board_photo: { file: photo('公示栏', [70, 110, 150]) },
  });
  const text = await phone.page.locator('main').innerText();
  for (const part of ['已完成', '议程.pdf', '签到表.pdf', '公示栏.png']) assert.ok(text.includes(part), part);
  assert.equal((await timeline(phone.page)).length, 4);
  await phone.shot('double-report-phone');
  await phone.access();

  const other = await open({ role: 'other_county' });
  other.problems.expect(/status of 404/);
  assert.equal((await other.page.goto(sheet)).status(), 404);
});

play('a hazard is passed on as text and as a long picture', { role: 'safety_manager', device: 'phone' }, async (first) => {
  const { page, context } = first;
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/r/hazard');
  await page.locator('a.row-link').first().click();
  await page.waitForURL(/\/r\/hazard\/[0-9a-f]{32}$/);
  const case_ = page.url();
  await page.getByRole('button', { name: '复制文字' }).click();
  await page.getByText('已复制，可粘贴到群里。').waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(copied, /^【隐患】YH-410223-2021-\d+\n/);
  assert.ok(copied.endsWith(`办理：${case_}`), copied);

  await page.getByRole('link', { name: '长图' }).click();
  await page.waitForURL(/\/share$/);
  const picture = page.locator('img[data-ready="yes"]');
  await picture.waitFor();
  assert.match(await picture.getAttribute('src'), /^blob:/);
  assert.equal(await picture.evaluate((image) => image.decode().then(() => image.naturalWidth)), 1440);
  assert.match(await page.locator('a[data-save]').getAttribute('download'), /^YH-.*\.png$/);
  await first.shot('share-phone', { fullPage: true });
  await first.access();
});

play('without a clipboard the text is shown and marked', { role: 'safety_manager' }, async ({ page, context }) => {
  await context.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  await page.goto('/r/hazard');
  await page.locator('a.row-link').first().click();
  await page.getByRole('button', { name: '复制文字' }).click();
  await page.locator('#share-text').waitFor({ state: 'visible' });
  const marked = await page.locator('#share-text').evaluate((area) => area.selectionEnd - area.selectionStart);
  assert.ok(marked > 20, `${marked} characters are marked`);
});
