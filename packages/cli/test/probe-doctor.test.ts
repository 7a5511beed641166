import { rename } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireProgram, requireShared } from '../../../scripts/testing/require.js';
import { framerail, framerailJson, makeClip } from './command.js';
import { temporaryFolder } from './temporary-folder.js';

describe.runIf(requireProgram('ffmpeg') && requireProgram('ffprobe'))('framerail probe', () => {
  const media = temporaryFolder();
  beforeAll(async () => {
    await media.make();
    await makeClip(media.path('clip.mp4'));
  });
  afterAll(() => media.remove());

  it('says what is in a file', async () => {
    const { code, json } = await framerailJson(['probe', media.path('clip.mp4')]);
    expect(code).toBe(0);
    expect(json).toMatchObject({
      path: media.path('clip.mp4'),
      video: {
        codec: 'h264',
        width: 320,
        height: 180,
        frameRate: { numerator: 25, denominator: 1 },
        color: { matrix: 'bt709' },
      },
      audio: [{ codec: 'aac', sampleRate: 48_000 }],
    });
  });

  it('says it to people too', async () => {
    const { stdout } = await framerail(['probe', media.path('clip.mp4')]);
    expect(stdout.toString()).toMatch(/^size +320x180$/m);
    expect(stdout.toString()).toMatch(/^rate +25 fps$/m);
  });

  it('takes a name that looks like an address for a file', async () => {
    await rename(media.path('clip.mp4'), media.path('rtmp:clip %03d.mp4'));
    const { code } = await framerail(['probe', 'rtmp:clip %03d.mp4'], { cwd: media.path('.') });
    expect(code).toBe(0);
    await rename(media.path('rtmp:clip %03d.mp4'), media.path('clip.mp4'));
  });

  it('ends with 3 for a file that is not there', async () => {
    expect(await framerailJson(['probe', media.path('none')])).toMatchObject({
      code: 3,
      json: { error: { code: 'E_INPUT_NOT_FOUND' } },
    });
  });

  const film = requireShared('media/big-buck-bunny-480p-30s.mp4');
  it.runIf(film !== undefined)('states what it guessed about an untagged film', async () => {
    const { json } = await framerailJson(['probe', film ?? '']);
    expect(json.video).toMatchObject({
      frameCount: 720,
      frameRate: { numerator: 24, denominator: 1 },
      color: { matrix: 'smpte170m', fullRange: false },
    });
    expect(json.video.colorGuessed).toEqual(
      expect.arrayContaining(['primaries', 'transfer', 'matrix', 'fullRange']),
    );
  });
});

describe('framerail doctor', () => {
  it('says what there is, what is missing, what that costs and what brings it', async () => {
    const { code, json } = await framerailJson(['doctor']);
    expect(json.findings.map(({ id }: { id: string }) => id)).toEqual(
      expect.arrayContaining(['node', 'ffmpeg', 'addon', 'gpu', 'memory', 'pipe']),
    );
    expect(code).toBe(json.canExport ? 0 : 5);
    for (const { state, summary, cost, fix } of json.findings) {
      expect(summary).not.toBe('');
      expect([cost !== undefined, fix !== undefined]).toEqual(
        state === 'missing' ? [true, true] : [false, false],
      );
    }
  });

  it('finds out that ffmpeg and the addon are missing', async () => {
    const env = {
      PATH: '/nonexistent',
      FRAMERAIL_FFMPEG: '',
      FRAMERAIL_FFPROBE: '',
      FRAMERAIL_NATIVE: 'off',
    };
    const { code, json } = await framerailJson(['doctor'], { env });
    expect(code).toBe(5);
    const missing = json.findings.filter(({ state }: { state: string }) => state === 'missing');
    expect(missing.map(({ id }: { id: string }) => id)).toEqual(expect.arrayContaining(['ffmpeg', 'addon']));
  });

  it('prints lines for people', async () => {
    const { stdout } = await framerail(['doctor']);
    expect(stdout.toString()).toMatch(/^ok {7}node /m);
  });
});
