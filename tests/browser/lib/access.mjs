// Whether people who see, hear or point badly can use a page: axe-core finds nothing serious.

import assert from 'node:assert/strict';
import axe from 'axe-core';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];

/** Fails with a list of what is wrong and where. `within` and `without` are CSS selectors. */
export async function checkAccess(page, { within, without = [] } = {}) {
  await page.evaluate(axe.source);
  const found = await page.evaluate(
    async ([include, exclude, values]) => {
      const place = { include: [[include ?? 'html']], exclude: exclude.map((selector) => [selector]) };
      const result = await window.axe.run(place, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] });
      return result.violations.map(({ id, impact, help, nodes }) => ({
        id,
        impact,
        help,
        places: nodes.slice(0, 5).map((node) => `${node.target.join(' ')}  ${node.html.slice(0, 120)}`),
      }));
    },
    [within, without, RULES],
  );
  const serious = found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const list = serious.map(({ id, impact, help, places }) => `${impact} ${id}: ${help}\n    ${places.join('\n    ')}`);
  assert.equal(list.length, 0, `axe finds on ${page.url()}:\n  ${list.join('\n  ')}`);
}
