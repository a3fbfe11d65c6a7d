// Starts the built program with a demo city and learns from it where it listens and who may sign in.
// The command line and the shape of what the program prints are known here and nowhere else.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import path from 'node:path';

const top = path.resolve(import.meta.dirname, '../../..');
const READY_WITHIN_MS = 600_000;
const STOPPED_WITHIN_MS = 10_000;

export const program = process.env.ANLAN_BIN ?? path.join(top, 'target/debug/anlan');

function demoArguments(data, { scale, date, database, enterprises, coreOnly }) {
  const args = ['demo', '--scale', scale, '--data', data, '--port', '0', '--no-tls', '--json'];
  if (coreOnly) args.push('--core-only');
  if (date) args.push('--date', date);
  if (database) args.push('--database', database);
  if (enterprises) args.push('--enterprises', String(enterprises));
  return args;
}

/**
 * The city that run.mjs started for all tests:
 * { address: 'http://127.0.0.1:1234', accounts: [{ role, account, password }], data: its folder }.
 */
export function city() {
  const told = process.env.ANLAN_CITY;
  if (!told) throw new Error('no city is running: start the tests with `cargo xtask browser` or `node run.mjs`');
  return JSON.parse(told);
}

/** The account that plays `role`; an unknown role is answered with the known ones. */
export function accountOf(role, told = city()) {
  const found = told.accounts.find((account) => account.role === role);
  if (!found) throw new Error(`no account plays ${role}; roles: ${told.accounts.map((a) => a.role).join(', ')}`);
  return found;
}

/**
 * Starts a city of its own in a temporary folder: { told, data, log(), stop() }. For tests that stop, kill or fill
 * the program; all others use city().
 * Options: scale (ANLAN_SCALE or 'town'), date, database (else a file), enterprises (else those of the scale),
 * coreOnly (without the elements of the plan's parts), data (an existing folder, kept), program and arguments (for
 * tests). A city is complete before it is told: nothing moves under the tests.
 */
export async function startCity(options = {}) {
  const scale = options.scale ?? process.env.ANLAN_SCALE ?? 'town';
  const data = options.data ?? mkdtempSync(path.join(tmpdir(), 'anlan-city-'));
  const file = options.program ?? program;
  if (!existsSync(file)) throw new Error(`${file} does not exist: cargo build -p anlan`);

  const args = options.arguments ?? demoArguments(data, { ...options, scale });
  if (!options.arguments) await made(file, args);
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const gone = new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code)));
  const killed = () => child.kill('SIGKILL');
  process.on('exit', killed);

  const lines = [];
  const keep = (line) => lines.push(line) > 400 && lines.shift();
  createInterface({ input: child.stderr }).on('line', keep);
  const log = () => lines.join('\n');

  const stop = async () => {
    child.kill('SIGTERM');
    const late = setTimeout(killed, STOPPED_WITHIN_MS);
    const how = await gone;
    clearTimeout(late);
    process.off('exit', killed);
    if (!options.data) rmSync(data, { recursive: true, force: true });
    return how;
  };

  try {
    return { told: await readiness(child, gone, keep, log), data, log, stop, kill: killed };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Makes the city and lets it become complete. */
async function made(file, args) {
  const child = spawn(file, [...args, '--build-only'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const lines = [];
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line) > 40 && lines.shift());
  const code = await new Promise((resolve) => child.on('exit', resolve));
  if (code !== 0) throw new Error(`the city was not made (${code}); the program said:\n${lines.join('\n')}`);
}

/** Waits for the line of JSON with an address; other lines are kept for the log. */
function readiness(child, gone, keep, log) {
  return new Promise((resolve, reject) => {
    const fail = (why) => {
      clearTimeout(late);
      reject(new Error(`the program ${why}; it said:\n${log()}`));
    };
    const late = setTimeout(() => fail(`was not ready within ${READY_WITHIN_MS / 1000} s`), READY_WITHIN_MS);
    gone.then((how) => fail(`ended (${how}) before it was ready`));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const told = line.startsWith('{') ? parse(line) : null;
      if (!told?.address) return keep(line);
      clearTimeout(late);
      resolve({ accounts: [], ...told });
    });
  });
}

function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
