import type { ChildProcess } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { framerail, framerailJson, inFolder, makeClip, processesNaming } from './command.js';
import { temporaryFolder } from './temporary-folder.js';

describe.runIf(requireProgram('ffmpeg') && process.platform === 'linux')('framerail, asked to stop', () => {
  const media = temporaryFolder();
  let clip = '';

  beforeAll(async () => {
    await media.make();
    clip = media.path('clip.mp4');
    await makeClip(clip, { seconds: 20 });
  });
  afterAll(() => media.remove());

  /** Waits until the export writes its partial file, then goes on. */
  async function whenUnderWay(folder: string, then: () => void): Promise<void> {
    while (!(await readdir(folder)).some((name) => name.includes('.partial'))) await sleep(20);
    await sleep(300);
    then();
  }

  /** An export that takes far longer than the test. */
  const slowExport = (output: string) => [
    'export',
    clip,
    '-o',
    output,
    '--width',
    '1920',
    '--contrast',
    '1.1',
    '--preset',
    'veryslow',
  ];

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('cleans up after %s and ends with %i', async (signal, code) => {
    await inFolder(async (folder) => {
      const stop = (child: ChildProcess) => void whenUnderWay(folder, () => child.kill(signal));
      const run = await framerailJson(slowExport(join(folder, 'out.mp4')), { onStart: stop });
      expect(run.code, run.stderr).toBe(code);
      expect(run.json.error.code).toBe('E_ABORTED');
      expect(run.stderr).toContain(signal);
      expect(await readdir(folder)).toEqual([]);
      expect(await processesNaming(folder)).toEqual([]);
    });
  });

  it('ends at once at the second signal', async () => {
    await inFolder(async (folder) => {
      const stop = (child: ChildProcess) =>
        void whenUnderWay(folder, () => {
          child.kill('SIGINT');
          child.kill('SIGTERM');
        });
      const run = await framerail(slowExport(join(folder, 'out.mp4')), { onStart: stop });
      expect([130, 143]).toContain(run.code);
      await sleep(500);
      expect(await processesNaming(folder)).toEqual([]);
    });
  });

  it('leaves no half of a conversion', async () => {
    await inFolder(async (folder) => {
      const args = [
        'convert',
        '/dev/zero',
        '-o',
        join(folder, 'out.nv12'),
        '--size',
        '320x180',
        '--from',
        'RGBA',
        '--to',
        'NV12',
      ];
      const run = await framerailJson(args, {
        onStart: (child) => void whenUnderWay(folder, () => child.kill('SIGINT')),
      });
      expect(run.code, run.stderr).toBe(130);
      expect(await readdir(folder)).toEqual([]);
    });
  });
});
