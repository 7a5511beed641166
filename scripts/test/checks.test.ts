import { expect, test } from 'vitest';
import { CHECKS } from '../checks/all.mjs';
import { checkHosts } from '../checks/hosts.mjs';
import { checkLength } from '../checks/length.mjs';
import { checkLockFile } from '../checks/lock-file.mjs';
import { checkUnfinished } from '../checks/unfinished.mjs';

const file = (text: string, name = 'packages/a/src/a.ts') => ({ files: [name], text: () => text });

test('every check has a name of its own', () => {
  expect(new Set(CHECKS.map(({ name }) => name)).size).toBe(CHECKS.length);
});

test('a file of 300 lines passes, one of 301 is noted, one of 401 fails', async () => {
  const of = (lines: number) => checkLength(file('x\n'.repeat(lines)));
  expect(await of(300)).toEqual({ problems: [], notes: [] });
  expect((await of(301)).notes).toHaveLength(1);
  expect((await of(400)).problems).toEqual([]);
  expect((await of(401)).problems).toHaveLength(1);
});

test.each([
  `// TO${''}DO later`,
  `// FIX${''}ME`,
  `// @ts-${'ignore'}`,
  `describe.${'skip'}('a', f)`,
  `test.${'only'}('a', f)`,
  `#[${'ignore'}]`,
])('"%s" is found', async (line) => {
  expect((await checkUnfinished(file(line))).problems).toHaveLength(1);
});

test('innocent words are not', async () => {
  expect((await checkUnfinished(file('// the todos of a method are ignored, or skipped'))).problems).toEqual(
    [],
  );
});

test('a host and a path are found with their line, in any file', async () => {
  const forbidden = ['packages.example.com', '/home/someone/'];
  const text = 'a\n"resolved": "https://packages.example.com/a.tgz"\n/home/someone/work\n';
  const { problems } = await checkHosts({ ...file(text, 'package-lock.json'), forbidden });
  expect(problems).toEqual([
    'package-lock.json:2 names packages.example.com',
    'package-lock.json:3 names /home/someone/',
  ]);
});

test('a lock file that lacks the package of a platform is found', async () => {
  const lock = (packages: object) =>
    checkLockFile({
      lock: { packages: { 'node_modules/a': { optionalDependencies: { 'a-mac': '1' } }, ...packages } },
    });
  expect((await lock({})).problems).toEqual(['node_modules/a lacks a-mac']);
  expect((await lock({ 'node_modules/a-mac': {} })).problems).toEqual([]);
  expect((await lock({ 'node_modules/b/node_modules/a-mac': {} })).problems).toEqual([]);
});

test('a lock file that names a host is found', async () => {
  const { problems } = await checkLockFile({
    lock: { packages: { 'node_modules/a': { resolved: 'https://a.example/a.tgz' } } },
  });
  expect(problems).toEqual(['node_modules/a names the host it came from']);
});
