// Runs the checks, all of them or those named; every one runs, and the exit code says whether all hold.
//   npm run check [-- NAME…]
import { CHECKS } from './checks/all.mjs';

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !CHECKS.some((check) => check.name === name));
if (unknown.length > 0) {
  console.error(`There is no check named ${unknown.join(', ')}. The checks are:`);
  for (const { name, holds } of CHECKS) console.error(`  ${name.padEnd(12)} ${holds}`);
  process.exit(2);
}

let failed = 0;
for (const { name, holds, run } of CHECKS) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const startedMs = performance.now();
  const { problems, notes = [] } = await run();
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  for (const note of notes) console.log(`  note: ${note}`);
  if (problems.length === 0) {
    console.log(`ok      ${name.padEnd(12)} ${holds} (${seconds} s)`);
    continue;
  }
  failed += 1;
  console.log(`FAILED  ${name.padEnd(12)} ${holds} (${seconds} s)`);
  for (const problem of problems) console.log(problem.replace(/^/gm, '  '));
}
console.log(failed === 0 ? 'All checks hold.' : `${failed} of the checks failed.`);
process.exitCode = failed === 0 ? 0 : 1;
