// An editor in a process of its own, under a limit of memory that the kernel keeps: exports a film of 4K while its other
// parts take more and more. Started by memory-limit.test.ts, which reads the last line of what it says.
import { readFileSync } from 'node:fs';
import {
  type Allocator,
  createMemoryManager,
  createUsagePressure,
  type FreeingStep,
  heapAllocator,
  nativeAllocator,
} from '@framerail/buffer-pool';
import type { PressureLevel } from '@framerail/lifecycle';
import { loadNative } from '@framerail/native';
import { groupUsedBytes, type MemoryGroupPlace } from '../../../scripts/testing/memory-figures.js';
import { exportVideo } from '../src/export-video.js';
import { EDITOR_BUDGET, openEditor } from './editor-memory.js';

/** What the program is told, as JSON in its first argument. */
export interface MemoryProgramOptions {
  readonly place: MemoryGroupPlace;
  /** What the kernel enforces, in bytes. */
  readonly limitBytes: number;
  /** Whether the manager hears of how short memory is. */
  readonly listens: boolean;
  /** What other parts of the program take, little by little, in bytes. */
  readonly otherBytes: number;
  readonly film: string;
  readonly thumbnails: string;
  readonly output: string;
}

/** What it says at its end. */
export interface MemoryProgramReport {
  readonly kind: MemoryGroupPlace['kind'];
  readonly frames: number;
  readonly levels: readonly PressureLevel[];
  /** The steps of freeing in the order in which each was taken first. */
  readonly steps: readonly FreeingStep[];
  /** Thumbnails that there were when something else was freed; 0 as it should be. */
  readonly thumbnailsPassedOver: number;
  /** The largest figure of the group's use that was seen. */
  readonly peakBytes: number;
  readonly managedBytes: { readonly full: number; readonly peak: number; readonly last: number };
  readonly thumbnails: number;
}

const STEP_BYTES = 10_000_000;

async function run(options: MemoryProgramOptions): Promise<MemoryProgramReport> {
  const { place, limitBytes, listens, otherBytes, film, output } = options;
  // Of the memory that `ulimit` counts, Node maps much at its start that it never touches.
  const atStart = place.kind === 'ulimit' ? groupUsedBytes(place) : 0;
  const limit = limitBytes - atStart;
  let peakBytes = 0;
  const usedBytes = (): number => {
    const used = groupUsedBytes(place) - atStart;
    peakBytes = Math.max(peakBytes, used);
    return used;
  };
  using source = createUsagePressure({ usedBytes, limitBytes: limit, intervalMs: 20 });
  const memory = createMemoryManager({
    ...EDITOR_BUDGET,
    allocator: pageAllocator(),
    ...(listens ? { source } : {}),
    idleAudioMs: 100,
  });
  const levels: PressureLevel[] = [];
  const steps = new Set<FreeingStep>();
  let thumbnailsPassedOver = 0;
  memory.on('level', ({ level }) => levels.push(level));
  memory.on('freed', ({ step }) => {
    steps.add(step);
    if (step !== 'thumbnails') thumbnailsPassedOver += memory.thumbnails.size;
  });
  const editor = await openEditor(memory, readFileSync(options.thumbnails));
  const full = memory.snapshot().bytes;
  const others: Uint8Array[] = [];
  const { frames } = await exportVideo({
    ...{ input: film, output, brightness: 0.05, audio: 'none', threads: 2, gpuFormatConversion: 'off' },
    // As many threads on every machine, because each has frames of its own.
    ...{ codec: 'libx264', preset: 'ultrafast', encoderArgs: ['-threads', '2'] },
    // What a machine with 8 GB has by default.
    bufferBytes: 100_000_000,
    memory,
    progressIntervalMs: 20,
    onProgress() {
      if (others.length * STEP_BYTES < otherBytes) others.push(new Uint8Array(STEP_BYTES).fill(1));
      void editor.work();
    },
  });
  // Whatever the export was too short for.
  while (others.length * STEP_BYTES < otherBytes) {
    others.push(new Uint8Array(STEP_BYTES).fill(1));
    await new Promise((resolve) => setTimeout(resolve, 40));
    await editor.work();
  }
  editor.check();
  const { bytes: last, peakBytes: peak } = memory.snapshot();
  const { thumbnails } = editor.counts();
  editor.close();
  memory.close();
  return {
    ...{ kind: place.kind, frames, levels, steps: [...steps], thumbnailsPassedOver, peakBytes, thumbnails },
    managedBytes: { full, peak, last },
  };
}

function pageAllocator(): Allocator {
  const native = loadNative();
  return native.available ? nativeAllocator({ binding: native.binding }) : heapAllocator();
}

console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? '') as MemoryProgramOptions)));
