// Every main page in both languages on both devices: sound, readable for everybody, translated, and no wider than the
// phone. One sitting per role, language and device; what is wrong on several pages is told at once.

import assert from 'node:assert/strict';
import { checkAccess } from '../lib/access.mjs';
import { unfilled } from '../lib/cases.mjs';
import { play } from '../lib/play.mjs';

const LANGUAGES = ['zh-CN', 'en'];
const DEVICES = ['desktop', 'phone'];
const ENTERPRISE = /^\/r\/enterprise\/[0-9a-f]{32}$/;
const INDICATOR = /^\/indicators\/[a-z0-9-]+$/;
const SUSPECTED = '/r/hazard/new?procedure=hazard.suspected';

/** The address of the first link on `list` that matches. */
async function firstLink(page, list, pattern) {
  await page.goto(list);
  const links = await page.locator('main a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
  const found = links.find((href) => pattern.test(href ?? ''));
  assert.ok(found, `${list} links to ${pattern}: ${links.join(' ')}`);
  return found;
}

/** What a plant owes: the first duty of its work. */
async function duty(page) {
  await page.goto('/');
  const item = page.locator('#duties .item a, #duties-late .item a').first();
  return item.getAttribute('href');
}

/** Pages of people who work in a plant: addresses, or how to find them. */
const PLANT = [
  '/',
  '/hazards',
  '/r/hazard',
  '/r/hazard?state=struck_off',
  (page) => firstLink(page, '/r/hazard', /^\/r\/hazard\/[0-9a-f]{32}$/),
  '/r/hazard/new',
  '/r/hazard/new?procedure=hazard.general',
  '/r/hazard/new?procedure=hazard.at_once',
  SUSPECTED,
  '/checks',
  '/p/GW-410223-000003',
  '/r/check_item',
  '/risk',
  '/risk/factors/new',
  '/r/risk_factor',
  (page) => firstLink(page, '/r/risk_factor', /^\/r\/risk_factor\/[0-9a-f]{32}$/),
  '/enterprises',
  (page) => firstLink(page, '/r/enterprise', ENTERPRISE),
  async (page) => (await firstLink(page, '/r/enterprise', ENTERPRISE)).replace('/r/enterprise/', '/enterprises/'),
  '/r/measure/new',
  '/plan',
  '/plan/clauses/A2.2.3.3',
  '/plan/clauses/M.1',
  '/search',
  '/search?q=储罐',
  '/account',
  '/registers',
  '/registers?q=教育',
  '/duties',
  (page) => firstLink(page, '/duties', /^\/duties\/[a-z0-9-]+$/),
  duty,
  '/rules',
  (page) => firstLink(page, '/rules', /^\/rules\/[a-z0-9-]+$/),
  '/checklists',
  '/packs',
];

/** Pages of those who look over a city or a county. */
const CITY = [
  '/',
  '/hazards',
  '/r/hazard',
  '/risk',
  '/risk/map',
  '/enterprises',
  '/r/enterprise',
  (page) => firstLink(page, '/r/enterprise', ENTERPRISE),
  async (page) => (await firstLink(page, '/r/enterprise', ENTERPRISE)).replace('/r/enterprise/', '/enterprises/'),
  '/r/responsible_body',
  '/r/hazard_criterion',
  '/plan',
  '/plan/clauses/A2.2.3.3',
  '/search?q=化工',
  '/r/enterprise/import',
  '/plan?part=A2',
  '/plan/clauses/M.3.1.3',
  '/plan/timetable',
  '/registers',
  '/registers?area=inspections',
  '/r/safety_film',
  '/r/safety_film/new',
  '/duties',
  '/duties?state=overdue',
  (page) => firstLink(page, '/duties', /^\/duties\/[a-z0-9-]+$/),
  '/indicators',
  (page) => firstLink(page, '/indicators', INDICATOR),
  async (page) => {
    await page.goto(await firstLink(page, '/indicators', INDICATOR));
    return firstLink(page, page.url(), /\/rows\?/);
  },
  '/scorecards',
  (page) => firstLink(page, '/scorecards', /^\/scorecards\/[a-z0-9-]+/),
  '/rules',
  (page) => firstLink(page, '/rules', /^\/rules\/[a-z0-9-]+$/),
  '/proposals',
  '/bodies',
  '/deliverables',
  '/campaigns',
  '/checklists',
  (page) => firstLink(page, '/checklists', /^\/checklists\/[a-z0-9-]+$/),
  '/packs',
  '/packs?kind=register',
  (page) => firstLink(page, '/packs?kind=duty', /^\/packs\/duty\//),
];

const SYSTEM = ['/', '/system', '/account'];
const SECURITY = ['/', '/system', '/system/accounts', '/system/accounts/new', '/account'];

/** What is wrong with the page in the window, as sentences. */
async function wrongs(page, status, device) {
  const list = [];
  if (status !== 200) list.push(`answers ${status}`);
  const title = (await page.title()).trim();
  if (!title || title.startsWith('·')) list.push('has no title');
  const source = await page.content();
  const untranslated = source.match(/⟦[^⟧]*⟧?/g);
  if (untranslated) list.push(`is not translated: ${[...new Set(untranslated)].join(' ')}`);
  const open = await unfilled(page);
  if (open.length > 0) list.push(`leaves open: ${open.join(' ')}`);
  if (device === 'phone') {
    const { width, wide } = await page.evaluate(() => ({
      width: innerWidth,
      wide: document.documentElement.scrollWidth,
    }));
    if (wide > width) list.push(`is ${wide} wide on a phone of ${width}`);
  }
  await checkAccess(page).catch((error) => list.push(error.message));
  return list;
}

/** Looks at all pages, in two tabs at a time. What the watch of the window notes is told by the window itself. */
async function sitting({ page, context, problems }, pages, device) {
  const left = [...pages];
  const found = [];
  const look = async (tab) => {
    for (let entry = left.shift(); entry; entry = left.shift()) {
      const address = typeof entry === 'string' ? entry : await entry(tab);
      const answer = await tab.goto(address);
      if (address === '/risk/map') await tab.waitForLoadState('networkidle');
      found.push(...(await wrongs(tab, answer.status(), device)).map((what) => `${address} ${what}`));
    }
  };
  const second = await context.newPage();
  await Promise.all([look(page), look(second)]);
  assert.deepEqual([...found, ...problems.list], []);
}

for (const language of LANGUAGES) {
  for (const device of DEVICES) {
    const how = `in ${language} on a ${device}`;
    play(`the sign-in page is sound ${how}`, { device, language }, (window) => sitting(window, ['/sign-in'], device));
    const sittings = [
      ['safety_manager', 'a plant', PLANT],
      ['office', 'the city', CITY],
      ['system_admin', 'the system administrator', SYSTEM],
      ['security_admin', 'the security administrator', SECURITY],
      ['auditor', 'the auditor', ['/']],
    ];
    for (const [role, whose, pages] of sittings) {
      play(`the pages of ${whose} are sound ${how}`, { role, device, language }, async (window) => {
        await sitting(window, pages, device);
        assert.equal(await window.page.evaluate(() => document.documentElement.lang), language);
      });
    }
  }
}
