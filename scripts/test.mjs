// Runs the tests: vitest over packages, scripts, examples and benches, then cargo's over native/. At the end it
// lists what was left out, with the reason, what failed, and one line with the sum.
// TEST_BUILT=1 takes the packages as built, and the tests that know them by their exports alone.
//   npm test [-- FILTER… | VITEST_OPTION…]     with arguments only vitest runs, save for the filter `native`
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeLeftOut, LEFT_OUT_VARIABLE, readLeftOut } from './testing/left-out.ts';
import { runCargoTests } from './testing/run-cargo.mjs';
import { runVitest } from './testing/run-vitest.mjs';
import { add, describeTally, NOTHING } from './testing/tally.mjs';
import { ROOT } from './workspace/packages.mjs';

const args = process.argv.slice(2);
const forVitest = args.filter((arg) => arg !== 'native');
const withVitest = args.length === 0 || forVitest.length > 0;
const withCargo = args.length === 0 || args.includes('native');

if (process.env['TEST_BUILT'] === '1') {
  const build = spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], { stdio: 'inherit' });
  if (build.status !== 0) process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), 'framerail-test-'));
const leftOutPath = join(folder, 'left-out.jsonl');
const env = { ...process.env, [LEFT_OUT_VARIABLE]: leftOutPath };
try {
  let tally = NOTHING;
  if (withVitest) tally = add(tally, await runVitest(forVitest, { env, folder }));
  if (withCargo) tally = add(tally, await runCargoTests({ env, leftOutPath }));
  const leftOut = readLeftOut(leftOutPath);
  console.log('');
  for (const entry of leftOut) console.log(describeLeftOut(entry));
  for (const failure of tally.failures) console.log(`failed: ${failure}`);
  console.log(describeTally(tally));
  process.exitCode = tally.failed > 0 || tally.passed === 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
