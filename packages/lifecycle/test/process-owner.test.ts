import { spawnSync } from 'node:child_process';
import { ownerName, stateOfOwner } from '@framerail/lifecycle/process-owner';
import { expect, test } from 'vitest';

test('names of one process differ, and it lives', () => {
  const [one, other] = [ownerName(), ownerName()];
  expect(one).not.toBe(other);
  expect(one).toMatch(/^[0-9a-f]{12}-\d+-[0-9a-f]{16}$/);
  expect([one, other].map(stateOfOwner)).toEqual(['alive', 'alive']);
});

test('a process that ended is dead', () => {
  const { pid } = spawnSync(process.execPath, ['--eval', '']);
  expect(stateOfOwner(ownerName().replace(`-${process.pid}-`, `-${pid}-`))).toBe('dead');
});

test.each(['', 'lock', '../..', `${'0'.repeat(12)}-1-${'0'.repeat(16)}`])(
  'nothing is known of %j',
  (name) => {
    expect(stateOfOwner(name)).toBe('unknown');
  },
);
