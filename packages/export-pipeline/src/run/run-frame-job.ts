import { setImmediate as nextTurn } from 'node:timers/promises';
import { openFrameWriter, type RawFrameWriter } from '@framerail/ffmpeg';
import { type LeaseSource, throwIfAborted } from '@framerail/lifecycle';
import { encoderArgs } from '../encoders/encoder-args.js';
import { isSameCode } from '../plan/output-color.js';
import { openRenderer } from '../render/open-renderer.js';
import { reportProgress } from '../report/progress-reporter.js';
import { meteredLeases } from '../stages/metered-leases.js';
import { supervise } from '../stages/supervise.js';
import { Cleanup } from './cleanup.js';
import type { FrameJob, FrameJobOutcome, SourceEnd } from './frame-job.js';
import { openFrameMemory } from './frame-memory.js';
import { createMeters, frameTasks, type JobMeters, linkJob } from './frame-tasks.js';

/** Milliseconds without progress after which a process counts as stalled, unless the caller says otherwise. */
export const DEFAULT_STALL_MS = 30_000;

/**
 * Takes frames from their source through the renderer to the encoder. When it returns or throws, every process has
 * gone and every frame is given back.
 *
 * @throws FramerailError of the stage that failed first; `details.stage` names it
 */
export async function runFrameJob(job: FrameJob): Promise<FrameJobOutcome> {
  const { source, target, operations, options, sourceName } = job;
  const { signal, stallTimeoutMs = DEFAULT_STALL_MS } = options;
  throwIfAborted(signal, 'The export');
  await using cleanup = new Cleanup();
  const renders = hasToRender(job);
  const meters = createMeters(sourceName);

  // Loading the addon and starting each process take the event loop some milliseconds; others get their turn in between.
  await nextTurn();
  const { shares, sourcePool, targetPool } = await openFrameMemory(job, renders, cleanup);
  const rendering =
    targetPool &&
    (await openRenderer({
      source,
      target,
      operations,
      options,
      cleanup,
      maxInFlight: shares.inFlight,
      leases: meteredLeases(bySize(target.layout.byteLength, targetPool, sourcePool), meters.render),
    }));
  await nextTurn();
  const writer = await openWriter(job, stallTimeoutMs);
  cleanup.defer(() => writer.abort());
  await nextTurn();
  const input = await job.openSource(meteredLeases(sourcePool, meters.source));
  cleanup.defer(input.close);

  // Whoever watches the process behind a stage notices first and knows more; the links only see to it that nothing hangs.
  const links = linkJob(job, shares, renders, stallTimeoutMs * 2);
  let sourceEnd: SourceEnd = { bytesOverPipe: 0, peakRssBytes: undefined };
  const stopReporting = startReporting(job, meters, renders, writer);
  try {
    await supervise({
      tasks: frameTasks({
        sourceName,
        input,
        renderer: rendering?.renderer,
        writer,
        links,
        meters,
        onSourceEnd: (end) => {
          sourceEnd = end;
        },
      }),
      signal,
      onFailure: async (error) => {
        for (const { channel } of links) channel.fail(error);
        await Promise.all([writer.abort(error), input.close()]);
      },
    });
  } catch (error) {
    stopReporting(false);
    throw error;
  }
  stopReporting(true);
  const encoded = await writer.finish();
  const written = writer.stats();
  return {
    frames: encoded.frames,
    backend: rendering?.choice(),
    stages: {
      [sourceName]: meters.source.report(),
      ...(renders ? { render: meters.render.report() } : {}),
      encode: meters.encode.report(),
    },
    bytesOverPipe: sourceEnd.bytesOverPipe + written.bytes,
    transport: written.transport,
    buffer: {
      frames: shares.sourceFrames + shares.targetFrames,
      bytes: shares.bytes,
      peakBytes: sourcePool.stats().peakBytes + (targetPool?.stats().peakBytes ?? 0),
    },
    decoderPeakRssBytes: sourceEnd.peakRssBytes,
    encoderPeakRssBytes: encoded.peakRssBytes,
  };
}

/** Results come from one pool; the frame of the source's size that a measurement asks for, before the start, from the other. */
function bySize(byteLength: number, pool: LeaseSource, others: LeaseSource): LeaseSource {
  return { acquire: (bytes, options) => (bytes === byteLength ? pool : others).acquire(bytes, options) };
}

function hasToRender({ source, target, operations }: FrameJob): boolean {
  const sameFormat =
    source.layout.format === target.layout.format && source.color.matrix === target.color.matrix;
  return operations.length > 0 || !sameFormat || !isSameCode(source.color, target.color);
}

function openWriter(job: FrameJob, stallTimeoutMs: number): Promise<RawFrameWriter> {
  const { binaries, partialPath, target, frameRate, audio, options } = job;
  const encoder = encoderArgs(job.encoder, job.container, options.encoderArgs);
  return openFrameWriter({
    binaries,
    output: partialPath,
    layout: target.layout,
    color: target.color,
    frameRate,
    stallTimeoutMs,
    globalArgs: [...encoder.globalArgs, ...audio.globals],
    filters: encoder.filters,
    extraInputs: audio.inputs,
    outputArgs: ['-map', '0:v:0', ...audio.outputs, ...encoder.outputArgs],
    ...(encoder.pixelFormat === undefined ? {} : { pixelFormat: encoder.pixelFormat }),
  });
}

function startReporting(
  job: FrameJob,
  meters: JobMeters,
  renders: boolean,
  writer: RawFrameWriter,
): (isDone: boolean) => void {
  return reportProgress({
    listener: job.options.onProgress,
    intervalMs: job.options.progressIntervalMs ?? 250,
    frameRate: job.frameRate,
    totalFrames: job.totalFrames,
    startedMs: job.startedMs,
    frames: () => writer.stats().frames,
    stages: () => ({
      [job.sourceName]: meters.source.state,
      ...(renders ? { render: meters.render.state } : {}),
      encode: meters.encode.state,
    }),
  });
}
