// Runs the browser tests: node run.mjs [--screens] [WORD ...]
//
//   tests/    need no program: the harness itself, the vendored files
//   city/     play the pages of a demo city, started once for all of them
//   plan/     play what a city has that runs the whole plan
//   postgres/ play a small city on the PostgreSQL server in ANLAN_TEST_POSTGRES, where that is set
//   screens/  take the pictures for the documentation (only with --screens, into docs/screenshots)
//
// A WORD chooses the files whose name contains it. The city is told to the tests in ANLAN_CITY (lib/server.mjs).

import { spawn } from 'node:child_process';
import { readdirSync, existsSync, rmSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { startCity } from './lib/server.mjs';

const here = import.meta.dirname;
const args = process.argv.slice(2);
const screens = args.includes('--screens');
const words = args.filter((arg) => !arg.startsWith('--'));

function filesIn(folder) {
  const place = path.join(here, folder);
  if (!existsSync(place)) return [];
  return readdirSync(place, { recursive: true })
    .filter((name) => name.endsWith('.test.mjs'))
    .map((name) => path.join(folder, name))
    .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
    .sort();
}

function play(files, more) {
  const flags = ['--test', '--test-reporter=spec', '--test-concurrency=1'];
  const child = spawn(process.execPath, [...flags, ...files], {
    cwd: here,
    env: { ...process.env, ...more },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}

const alone = screens ? [] : filesIn('tests');
// The main loop is played in a town without the elements of the plan's parts, which is quicker to make; the elements are
// played in a small city that has them all.
const inPlan = screens ? [] : filesIn('plan');
const inCity = filesIn(screens ? 'screens' : 'city');
const server = process.env.ANLAN_TEST_POSTGRES;
const onPostgres = screens || !server ? [] : filesIn('postgres');
if (alone.length + inCity.length + inPlan.length + onPostgres.length === 0) {
  console.error(`no test file matches ${words.join(' ') || 'anything'}`);
  process.exit(2);
}

const out = screens ? path.resolve(here, '../../docs/screenshots') : path.join(here, 'out');
if (!screens) rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

/** Plays the files in a city of these options, or without one. */
async function playIn(files, options) {
  const city = options ? await startCity(options) : null;
  try {
    const told = { ANLAN_OUT: out, ...(city ? { ANLAN_CITY: JSON.stringify({ ...city.told, data: city.data }) } : {}) };
    return await play(files, told);
  } finally {
    await city?.stop();
  }
}

let code = 0;
if (alone.length > 0) code = await playIn(alone, null);
// Pictures show the whole plan.
if (inCity.length > 0) code = (await playIn(inCity, { coreOnly: !screens })) || code;
if (inPlan.length > 0) code = (await playIn(inPlan, { enterprises: 16 })) || code;
if (onPostgres.length > 0) code = (await playIn(onPostgres, { database: server, enterprises: 12 })) || code;
process.exitCode = code;
