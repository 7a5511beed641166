// Runs a benchmark and prints what came of it, with the machine and the versions.
//   npm run bench -- NAME [PART] [--json] [--rounds N] [--seed N] [--quick]
// With --json stdout gets one object, on one line; everything else goes to stderr. The exit code is 0 when the
// benchmark ran, whether or not its claims hold, and 1 when it couldn't, with the reason on stderr.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine, describeVersions } from './runner/machine.mjs';
import { describeReport } from './runner/table.mjs';

const FOLDER = import.meta.dirname;
const DEFAULT_ROUNDS = 7;
const DEFAULT_SEED = 20_240_229;

const { values, positionals } = readArguments();
const [name, part, ...surplus] = positionals;
const path = join(FOLDER, `${name}.ts`);
if (name === undefined || surplus.length > 0 || !benches().includes(name)) {
  console.error(`Expected the name of one benchmark but received ${positionals.join(' ') || 'none'}.`);
  console.error(
    `  npm run bench -- NAME [PART] [--json] [--rounds N] [--seed N] [--quick]      NAME: ${benches().join(', ')}`,
  );
  process.exit(2);
}

// What a benchmark or a library prints must not end up in the middle of the JSON.
console.log = console.info = console.error;

const context = {
  /** @param {string} text */
  log: (text) => void process.stderr.write(`${text}\n`),
  rounds: positiveInteger('--rounds', values.rounds) ?? DEFAULT_ROUNDS,
  seed: positiveInteger('--seed', values.seed) ?? DEFAULT_SEED,
  quick: values.quick === true,
};
/** @type {{ default: import('./contract.ts').Bench, PARTS?: Record<string, import('./contract.ts').Bench> }} */
const { default: whole, PARTS = {} } = await import(path);
const bench = part === undefined ? whole : PARTS[part];
if (bench === undefined) {
  const parts = Object.keys(PARTS).join(', ') || 'none';
  console.error(`Expected a part of ${name} but received ${part}.      PART: ${parts}`);
  process.exit(2);
}
const outcome = await bench(context).catch(refuse);
const report = {
  name: part === undefined ? name : `${name} ${part}`,
  machine: { ...describeMachine(), ...outcome.machine },
  versions: { ...(await describeVersions()), ...outcome.versions },
  results: outcome.results,
  claims: outcome.claims.map((claim) => ({ ...claim, holds: holds(claim) })),
};
await new Promise((written) =>
  process.stdout.write(`${values.json ? JSON.stringify(report) : describeReport(report)}\n`, written),
);
// A benchmark may leave a device or a pool behind that would keep the process alive.
process.exit(0);

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        quick: { type: 'boolean' },
        rounds: { type: 'string' },
        seed: { type: 'string' },
      },
    });
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(2);
  }
}

/**
 * An error with a code tells what is missing on this machine; any other is a defect, and its place helps.
 * @param {unknown} error
 * @returns {never}
 */
function refuse(error) {
  const { code, message, stack } =
    error instanceof Error ? /** @type {Error & { code?: string }} */ (error) : {};
  process.stderr.write(`${code?.startsWith('E_') ? `${code}: ${message}` : (stack ?? error)}\n`);
  process.exit(1);
}

/** The files of this folder that have a default export. */
function benches() {
  return readdirSync(FOLDER)
    .filter(
      (file) => file.endsWith('.ts') && /^export default /m.test(readFileSync(join(FOLDER, file), 'utf8')),
    )
    .map((file) => file.slice(0, -'.ts'.length));
}

/**
 * @param {string} option
 * @param {string | undefined} text
 */
function positiveInteger(option, text) {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  console.error(`Expected a positive integer for ${option} but received ${text}`);
  process.exit(2);
}

/** @param {import('./contract.ts').BenchClaim} claim */
function holds({ value, op, limit }) {
  return op === '<=' ? value <= limit : value >= limit;
}
