import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { describeLeftOut, LEFT_OUT_VARIABLE, readLeftOut } from '../testing/left-out.js';
import { requireProgram, requireShared } from '../testing/require.js';
import { add, describeTally, NOTHING, tallyOfCargo, tallyOfVitest, withExit } from '../testing/tally.mjs';
import { ROOT } from '../workspace/packages.mjs';

const MISSING = 'framerail-no-such-command';
let folder = '';
let records = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'framerail-left-out-'));
  records = join(folder, 'records');
  vi.stubEnv(LEFT_OUT_VARIABLE, records);
  vi.stubEnv('CI', '');
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test('a program that is there leaves no record', () => {
  expect(requireProgram('node')).toBe(true);
  expect(readLeftOut(records)).toEqual([]);
});

test('a missing program is recorded once, by the name of the test, with the reason', () => {
  expect(requireProgram(MISSING)).toBe(false);
  expect(requireProgram(MISSING)).toBe(false);
  const [entry, ...others] = readLeftOut(records);
  expect(others).toEqual([]);
  expect(entry).toEqual({
    test: 'scripts/test/left-out.test.ts',
    needs: MISSING,
    reason: `${MISSING} is not on the PATH`,
  });
  expect(entry && describeLeftOut(entry)).toContain('scripts/test/left-out.test.ts');
});

test('in CI a missing program is a failure', () => {
  vi.stubEnv('CI', 'true');
  expect(() => requireProgram(MISSING)).toThrow(`Expected ${MISSING} for scripts/test/left-out.test.ts`);
});

test('a missing file of the shared folder is recorded, in CI too', () => {
  vi.stubEnv('CI', 'true');
  expect(requireShared('no/such.file')).toBeUndefined();
  expect(readLeftOut(records).map(({ needs }) => needs)).toEqual(['shared/no/such.file']);
});

test("vitest's and cargo's counts add up to one plain line", () => {
  const vitest = tallyOfVitest({
    numPassedTests: 5,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 0,
    testResults: [
      {
        name: join(ROOT, 'a.test.ts'),
        status: 'failed',
        assertionResults: [],
        message: 'no such module\n at x',
      },
      {
        name: join(ROOT, 'b.test.ts'),
        status: 'failed',
        assertionResults: [
          { status: 'passed', fullName: 'adds' },
          { status: 'failed', fullName: 'sum adds', failureMessages: ['expected 1 to be 2\n    at b'] },
        ],
      },
    ],
  });
  const cargo = tallyOfCargo(
    'test result: ok. 7 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n' +
      '---- rows::are_equal stdout ----\n' +
      'test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out\n',
  );
  const both = add(vitest, cargo);
  expect(describeTally(both)).toBe('14 passed, 5 failed, 3 skipped');
  expect(both.failures).toEqual([
    'a.test.ts: no such module',
    'b.test.ts > sum adds: expected 1 to be 2',
    'native > rows::are_equal',
  ]);
  expect(describeTally({ ...NOTHING, passed: 3 })).toBe('3 passed, 0 failed');
});

test('a runner that ended badly counts as a failure', () => {
  expect(withExit(NOTHING, false).failed).toBe(1);
  expect(withExit({ ...NOTHING, passed: 1, failed: 2 }, false).failed).toBe(2);
  expect(withExit(NOTHING, true).failed).toBe(0);
});
