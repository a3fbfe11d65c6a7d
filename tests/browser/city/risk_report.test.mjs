// The report of major risks goes its round: the enterprise lists and signs, the regulator signs for it, both see the
// receipt. The tests follow one another.

import assert from 'node:assert/strict';
import { fill, notOffered, send, take, timeline } from '../lib/cases.mjs';
import { paper } from '../lib/photos.mjs';
import { play } from '../lib/play.mjs';

const mark = Date.now().toString(36);
const PERIOD = `2021 年第二季度 ${mark}`;
const RECEIPT = `尉应急回〔2021〕${mark}`;
const made = {};

const pathOf = (page) => new URL(page.url()).pathname;
const main = (page) => page.locator('main').innerText();

/** Opens the report from My work. */
async function fromMyWork(page) {
  assert.ok(made.report, 'a test before this one failed');
  await page.goto('/');
  await page.locator(`a[href="${made.report}"]`).first().click();
  await page.waitForURL((url) => url.pathname === made.report);
}

play('a risk that is graded red gets its archive', { role: 'safety_manager' }, async ({ page, shot, access }) => {
  await page.goto('/r/person/new');
  await fill(page, { name: `王管控${mark}` });
  await send(page);

  await page.goto('/risk');
  await page.getByRole('link', { name: '评估风险' }).click();
  await page.locator('select[name="risk_point"]').selectOption({ index: 1 });
  await fill(page, { name: `储罐破裂 ${mark}`, method: 'lec', 'in.lec.l': '6', 'in.lec.e': '6', 'in.lec.c': '15' });
  await fill(page, { 'measure.engineering': '紧急切断阀', 'measure.emergency': '围堰和喷淋' });
  await send(page);
  await page.waitForURL(/\/r\/risk_factor\/[0-9a-f]{32}$/);
  assert.match(await main(page), /重大风险/);
  assert.ok((await main(page)).includes('紧急切断阀'), 'its measures came with it');

  await page.goto('/risk');
  await page.getByRole('link', { name: '建档' }).first().click();
  await page.waitForURL(/major_risk_archive\/new/);
  assert.notEqual(await page.locator('[name="part"]').inputValue(), '', 'the part is known already');
  await fill(page, {
    department: '储运部',
    responsible_person: { find: `王管控${mark}` },
    assessment: 'LEC 法 540，重大风险，主要风险为泄漏爆炸',
    assessed_on: '2021-06-15',
    plan_name: '储罐泄漏专项应急预案',
    plan_number: '410223-2021-018',
  });
  for (const level of ['enterprise', 'workshop', 'team', 'post']) {
    await page.locator(`input[name="joint_control"][value="${level}"]`).check();
  }
  await fill(page, { control_enterprise: { find: `王管控${mark}` }, measures: '企业每周、车间每日、班组每班检查' });
  await access();
  await shot('archive-form', { whole: true });
  await send(page);
  await page.waitForURL(/\/r\/major_risk_archive\/[0-9a-f]{32}$/);
  made.part = await page.locator('h1').innerText();
  const text = await main(page);
  for (const wanted of ['储运部', `王管控${mark}`, '储罐泄漏专项应急预案', '班组']) assert.ok(text.includes(wanted), wanted);
  await shot('archive', { whole: true });
});

play('the safety manager draws up the report with the numbers filled in', { role: 'safety_manager' }, async ({ page, shot, access }) => {
  await page.goto('/risk');
  await page.getByRole('link', { name: '报送重大风险' }).click();
  await page.waitForURL(/\/r\/risk_report\/new/);
  assert.ok(Number(await page.locator('[name="red_count"]').inputValue()) > 0, 'the red risk points are counted');
  assert.ok((await page.locator('#field-archives').innerText()).includes(made.part), 'the archives are named');
  assert.match(await page.locator('[name="as_of"]').inputValue(), /^\d{4}-\d\d-\d\d$/);
  await access();
  await shot('risk-report-form', { whole: true });
  await fill(page, { period_kind: 'quarter', period: PERIOD });
  await send(page);
  await page.waitForURL(/\/r\/risk_report\/[0-9a-f]{32}$/);
  made.report = pathOf(page);
  assert.match(await main(page), /已编制/);
  await notOffered(page, '签收');
});

play('the head signs and reports it', { role: 'head', device: 'phone' }, async ({ page }) => {
  await fromMyWork(page);
  await take(page, '签字报出', { signed_scan: { file: paper('signed') } });
  assert.match(await main(page), /待签收/);
  await notOffered(page, '签收');
});

play('the regulator sends it back once, then signs for it with a receipt', { role: 'county_regulator' }, async ({ page, open, shot }) => {
  await fromMyWork(page);
  await take(page, '退回补正', { reason: '清单缺少联控措施' });
  const head = await open({ role: 'head' });
  await fromMyWork(head.page);
  assert.ok((await timeline(head.page)).some((line) => line.includes('清单缺少联控措施')), 'the reason is told');
  await take(head.page, '签字报出', { summary: '已补联控措施' });
  await fromMyWork(page);
  await take(page, '签收', { receipt_number: RECEIPT, received_on: '2021-06-15' });
  assert.match(await main(page), /已签收/);
  await shot('risk-report-received', { whole: true });
});

play('both sides see the receipt, another county sees nothing', { role: 'safety_manager', device: 'phone' }, async ({ page, open, shot }) => {
  await page.goto(made.report);
  assert.ok((await main(page)).includes(RECEIPT));
  await shot('risk-report-plant', { whole: true });
  await page.goto('/r/risk_report');
  assert.ok((await main(page)).includes(RECEIPT), 'the list names it');
  const regulator = await open({ role: 'county_regulator' });
  await regulator.page.goto(made.report);
  assert.ok((await main(regulator.page)).includes(RECEIPT));
  const other = await open({ role: 'other_county' });
  other.problems.expect(/404/);
  assert.equal((await other.page.goto(made.report)).status(), 404);
});
