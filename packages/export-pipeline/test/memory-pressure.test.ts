import { readFile } from 'node:fs/promises';
import { createMemoryManager, type FreeingStep, type MemoryManager } from '@framerail/buffer-pool';
import { createManualClock, type PressureLevel, type PressureSource } from '@framerail/lifecycle';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { exportVideo } from '../src/export-video.js';
import { EDITOR_BUDGET, type Editor, openEditor, THUMBNAIL } from './editor-memory.js';
import { frameHashes, openWorkbench, picture, QUICK, type Workbench } from './workbench.js';

const ORDER: readonly FreeingStep[] = ['thumbnails', 'idleAudio', 'lowPriorityVideo', 'caches'];
const MACHINE_BYTES = 8e9;
const FRAMES = 36;

/** A machine with 8 GB, of which other programs use as much as the test says. */
class Machine implements PressureSource {
  otherBytes = 2e9;
  readonly #listeners = new Set<(level: PressureLevel) => void>();
  readonly #ownBytes: () => number;

  constructor(ownBytes: () => number) {
    this.#ownBytes = ownBytes;
  }

  get level(): PressureLevel {
    const used = (this.otherBytes + this.#ownBytes()) / MACHINE_BYTES;
    if (used > 0.95) return 'critical';
    if (used > 0.9) return 'high';
    return used > 0.8 ? 'moderate' : 'none';
  }

  on(_: 'change', listener: (level: PressureLevel) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Other programs take so much. */
  others(bytes: number): void {
    this.otherBytes = bytes;
    for (const listener of this.#listeners) listener(this.level);
  }
}

/** What was freed, and what should have gone before it but was still there. */
function recordFreeing(memory: MemoryManager, editor: Editor) {
  const freed: { readonly step: FreeingStep; readonly owner: string }[] = [];
  const outOfOrder: string[] = [];
  memory.on('freed', ({ step, owner }) => {
    freed.push({ step, owner });
    const { thumbnails, freeSound, previews, caches } = editor.counts();
    const left = [thumbnails, freeSound, previews, caches.reduce((sum, size) => sum + size, 0)];
    const earlier = left.slice(0, ORDER.indexOf(step));
    if (earlier.some((count) => count > 0)) outOfOrder.push(`${step} of ${owner} while there was ${left}`);
    if (owner === 'title pictures' && (caches[0] ?? 0) > 0) outOfOrder.push('titles before waveforms');
  });
  return { freed, outOfOrder };
}

// 4K on a busy machine.
const SLOW_MS = 180_000;

describe.runIf(requireProgram('ffmpeg'))(
  'an export of 4K in an editor whose machine runs short of memory',
  { timeout: SLOW_MS },
  () => {
    let bench: Workbench;
    let film = '';
    let thumbnails: Uint8Array = new Uint8Array();
    const options = (output: string) => ({
      ...({
        input: film,
        output: bench.path(output),
        brightness: 0.05,
        audio: 'none',
        threads: 2,
        bufferBytes: 100_000_000,
      } as const),
      ...({ codec: 'libx264', preset: 'ultrafast', gpuFormatConversion: 'off', ...bench.found } as const),
    });

    beforeAll(async () => {
      bench = await openWorkbench();
      film = await bench.make(...picture('3840x2160', FRAMES / 30), ...QUICK, 'film.mp4');
      const { width, height } = THUMBNAIL;
      const scaled = [
        '-vf',
        `scale=${width}:${height}`,
        '-frames:v',
        '20',
        '-pix_fmt',
        'rgba',
        '-f',
        'rawvideo',
      ];
      thumbnails = await readFile(await bench.make('-i', film, ...scaled, 'thumbnails.rgba'));
    }, SLOW_MS);
    afterAll(() => bench.close());

    it('goes on through all levels, and the rest is freed in the order of its worth', async () => {
      const clock = createManualClock();
      let ownBytes = (): number => 0;
      const machine = new Machine(() => ownBytes());
      using memory = createMemoryManager({ ...EDITOR_BUDGET, source: machine, clock });
      ownBytes = () => memory.snapshot().bytes;
      const editor = await openEditor(memory, thumbnails);
      // Sound that was played a while ago.
      clock.advance(20_000);
      const { freed, outOfOrder } = recordFreeing(memory, editor);
      const expectInside = (): void => {
        const { bytes, limitBytes } = memory.snapshot();
        expect(bytes).toBeLessThanOrEqual(limitBytes);
      };
      const turns: readonly [frame: number, otherBytes: number, level: PressureLevel][] = [
        [4, 6.2e9, 'moderate'],
        [10, 7e9, 'high'],
        [16, 7.6e9, 'critical'],
      ];
      const before = editor.counts();
      let next = 0;
      const report = await exportVideo({
        ...options('pressed.mp4'),
        ...{ memory, progressIntervalMs: 10 },
        onProgress({ frames }) {
          expectInside();
          const [frame = Number.POSITIVE_INFINITY, otherBytes = 0, level] = turns[next] ?? [];
          if (frames >= frame) {
            next += 1;
            machine.others(otherBytes);
            expect(memory.level).toBe(level);
            expectInside();
            // No more than was needed: less than a 4K frame is free that needn't be.
            const { bytes, limitBytes } = memory.snapshot();
            expect(limitBytes - bytes).toBeLessThan(13_000_000);
          }
          void editor.work();
          expectInside();
        },
      });
      expect(next).toBe(turns.length);
      expect(report).toMatchObject({ frames: FRAMES, warnings: [] });
      expect(outOfOrder).toEqual([]);
      expect([...new Set(freed.map(({ step }) => step))]).toEqual(ORDER);
      expect(before).toMatchObject({ thumbnails: 200, caches: [7, 7] });
      editor.check();

      // The others end: step by step there is room again.
      machine.others(1e9);
      for (const level of ['high', 'moderate', 'none']) {
        clock.advance(2000);
        expect(memory.level).toBe(level);
      }
      for (let round = 0; round < 50; round++) await editor.work();
      expect(editor.counts()).toMatchObject({ thumbnails: 200, previews: before.previews * 2 });
      editor.check();
      editor.close();
      memory.free();
      expect(memory.snapshot()).toMatchObject({ bytes: 0, waiting: 0 });
    });

    it('makes the same frames as without a manager', async () => {
      await exportVideo(options('alone.mp4'));
      expect(await frameHashes(bench.path('pressed.mp4'))).toEqual(
        await frameHashes(bench.path('alone.mp4')),
      );
    });
  },
);
