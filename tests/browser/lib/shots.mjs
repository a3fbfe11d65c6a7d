// Pictures of pages, as PNG: into tests/browser/out, or docs/screenshots for the documentation.

import { mkdirSync } from 'node:fs';
import path from 'node:path';

const out = process.env.ANLAN_OUT ?? path.resolve(import.meta.dirname, '../out');

/** Takes a picture of what the window shows (`whole: true`: of the whole page) and answers its file name. */
export async function shoot(page, name, { whole = false } = {}) {
  mkdirSync(out, { recursive: true });
  const file = path.join(out, `${name.replace(/[^\p{L}\p{N}-]+/gu, '-').slice(0, 120)}.png`);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: file, fullPage: whole, animations: 'disabled', caret: 'hide' });
  return file;
}
