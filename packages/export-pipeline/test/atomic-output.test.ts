import { link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAtomicOutput } from '../src/output/atomic-output.js';
import { outputError } from '../src/output/output-error.js';
import { expectOtherFile } from '../src/output/same-file.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framerail-output-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('atomic output', () => {
  it('has no file under the final name until it is committed', async () => {
    const path = join(folder, 'a.mp4');
    const output = await openAtomicOutput({ path });
    expect(await readdir(folder)).toEqual([output.partialPath.slice(folder.length + 1)]);
    expect(output.partialPath).toMatch(/\/\.a\.framerail-[0-9a-f]{12}\.partial\.mp4$/);
    await writeFile(output.partialPath, 'whole');
    expect(await output.commit()).toBe(5);
    expect(await readdir(folder)).toEqual(['a.mp4']);
    await output.discard();
    expect(await readFile(path, 'utf8')).toBe('whole');
  });

  it('keeps the old file until then, and after a discard', async () => {
    const path = join(folder, 'a.mp4');
    await writeFile(path, 'old');
    {
      await using output = await openAtomicOutput({ path });
      await writeFile(output.partialPath, 'half');
      expect(await readFile(path, 'utf8')).toBe('old');
    }
    expect(await readdir(folder)).toEqual(['a.mp4']);
    expect(await readFile(path, 'utf8')).toBe('old');
    const second = await openAtomicOutput({ path });
    await writeFile(second.partialPath, 'new');
    await second.commit();
    expect(await readFile(path, 'utf8')).toBe('new');
  });

  it('refuses to replace a file that must not be replaced, before and at the end', async () => {
    const path = join(folder, 'a.mp4');
    const output = await openAtomicOutput({ path, overwrite: false });
    await writeFile(path, 'somebody else');
    await expect(output.commit()).rejects.toMatchObject({ code: 'E_OUTPUT_EXISTS' });
    await expect(openAtomicOutput({ path, overwrite: false })).rejects.toMatchObject({
      code: 'E_OUTPUT_EXISTS',
    });
    expect(await readdir(folder)).toEqual(['a.mp4']);
    expect(await readFile(path, 'utf8')).toBe('somebody else');
  });

  it.each([
    [
      'a folder as target',
      async () => {
        await mkdir(join(folder, 'a.mp4'));
        return join(folder, 'a.mp4');
      },
    ],
    ['a folder that is missing', async () => join(folder, 'missing', 'a.mp4')],
    [
      'a file as folder',
      async () => {
        await writeFile(join(folder, 'f'), '');
        return join(folder, 'f', 'a.mp4');
      },
    ],
    ['a read-only place', async () => '/proc/framerail.mp4'],
    ['a device', async () => '/dev/null'],
  ])('refuses %s before any work', async (_, make) => {
    const path = await make();
    const before = await readdir(folder);
    await expect(openAtomicOutput({ path })).rejects.toMatchObject({ code: 'E_OUTPUT_UNWRITABLE' });
    expect(await readdir(folder)).toEqual(before);
  });

  it('names a full disk as such', () => {
    expect(outputError('/a.mp4', Object.assign(new Error('no space'), { code: 'ENOSPC' }))).toMatchObject({
      code: 'E_OUTPUT_FULL',
      details: { path: '/a.mp4', system: 'ENOSPC' },
    });
  });

  it('knows the input under its other names', async () => {
    const input = join(folder, 'a.mp4');
    await writeFile(input, 'film');
    await link(input, join(folder, 'hard.mp4'));
    await symlink(input, join(folder, 'soft.mp4'));
    for (const name of ['a.mp4', 'hard.mp4', 'soft.mp4', `../${folder.split('/').at(-1)}/a.mp4`]) {
      await expect(expectOtherFile(input, join(folder, name))).rejects.toMatchObject({
        code: 'E_INVALID_ARGUMENT',
      });
    }
    await expect(expectOtherFile(input, join(folder, 'other.mp4'))).resolves.toBeUndefined();
  });
});
