import { type FfmpegBinaries, locateFfmpeg } from '@framerail/ffmpeg';
import {
  expectNumber,
  expectString,
  invalidArgument,
  systemClock,
  throwIfAborted,
} from '@framerail/lifecycle';
import { frameTimestampUs } from '@framerail/media-types';
import type { RenderOptions } from '../export-options.js';
import { type AtomicOutput, openAtomicOutput } from '../output/atomic-output.js';
import type { ExportReport } from '../report/export-report.js';
import { processPeakRssBytes } from '../report/process-peak-memory.js';
import { watchEventLoop } from './event-loop-watch.js';
import { Warnings } from './warnings.js';

/** What one export has about it from start to end. */
export interface ExportSession {
  readonly binaries: FfmpegBinaries;
  readonly output: AtomicOutput;
  readonly warnings: Warnings;
  /** On the system's clock. */
  readonly startedMs: number;
}

/** What an export's way of working knows of its result; the session knows the rest. */
export type SessionResult = Omit<
  ExportReport,
  'output' | 'durationUs' | 'seconds' | 'fps' | 'warnings' | 'eventLoop' | 'peakRssBytes'
> & { readonly decoderPeakRssBytes: number | undefined; readonly encoderPeakRssBytes: number | undefined };

/**
 * Opens what every export needs, has the work done, and puts the file in its place, or removes every trace.
 *
 * @param options - the caller's
 * @param prepare - looks at the input before the output is touched
 * @param work - writes the partial file
 */
export async function runSession<Prepared>(
  options: RenderOptions,
  prepare: (binaries: FfmpegBinaries) => Promise<Prepared>,
  work: (session: ExportSession, prepared: Prepared) => Promise<SessionResult>,
): Promise<ExportReport> {
  const { signal } = options;
  checkOptions(options);
  throwIfAborted(signal, 'The export');
  const startedMs = systemClock.now();
  const stopWatch = watchEventLoop();
  try {
    const binaries = options.binaries ?? (await locateFfmpeg(signal === undefined ? {} : { signal }));
    const prepared = await prepare(binaries);
    await using output = await openAtomicOutput({ path: options.output, overwrite: options.overwrite });
    const warnings = new Warnings(options.onWarning);
    const { decoderPeakRssBytes, encoderPeakRssBytes, ...result } = await work(
      { binaries, output, warnings, startedMs },
      prepared,
    );
    throwIfAborted(signal, 'The export');
    const bytes = await output.commit();
    const seconds = (systemClock.now() - startedMs) / 1000;
    return Object.freeze({
      output: { path: output.path, bytes },
      ...result,
      durationUs: frameTimestampUs(result.frames, result.frameRate),
      seconds,
      fps: result.frames / seconds,
      peakRssBytes: {
        process: processPeakRssBytes(),
        decoder: decoderPeakRssBytes,
        encoder: encoderPeakRssBytes,
      },
      eventLoop: { maxDelayMs: stopWatch() },
      warnings: warnings.all,
    });
  } finally {
    stopWatch();
  }
}

function checkOptions(options: RenderOptions): void {
  const { output, stallTimeoutMs, progressIntervalMs, encoderArgs, memory } = options;
  expectString('output', output);
  if (memory !== undefined && typeof memory?.createPool !== 'function')
    throw invalidArgument('memory', 'a memory manager (see createMemoryManager)', memory);
  if (stallTimeoutMs !== undefined) expectNumber('stallTimeoutMs', stallTimeoutMs, { min: 1 });
  if (progressIntervalMs !== undefined) expectNumber('progressIntervalMs', progressIntervalMs, { min: 10 });
  for (const [index, arg] of (encoderArgs ?? []).entries()) expectString(`encoderArgs[${index}]`, arg);
}
