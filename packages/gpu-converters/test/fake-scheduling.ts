import { createManualClock } from '@framerail/lifecycle';
import {
  createGpuContext,
  createGpuScheduler,
  type GpuSchedulerOptions,
  type GpuSubmission,
  type GpuTask,
} from '../src/index.js';
import { FakeGpu, mapDirectly, settleAll } from './fake-gpu.js';

/** A task that leaves its name in the log. */
export function task(label: string, more: Partial<GpuTask> = {}): GpuTask {
  return {
    queue: 'compute',
    client: 'one',
    label,
    analysis: { bytesRead: 60, bytesWritten: 40, passes: 1 },
    encode: (encoder) => encoder.insertDebugMarker(label),
    ...more,
  };
}

export async function makeScheduler(options: Partial<GpuSchedulerOptions> = {}) {
  const gpu = new FakeGpu();
  const clock = createManualClock();
  const context = await createGpuContext({ device: gpu.device, maxBytes: 1 << 20 });
  const scheduler = createGpuScheduler({
    context,
    maxInFlight: 2,
    maxInFlightBytes: 1 << 20,
    batch: { min: 1, max: 1 },
    mapBuffer: mapDirectly,
    clock,
    ...options,
  });
  const ends: string[] = [];
  const run = (one: GpuTask, signal?: AbortSignal): Promise<GpuSubmission> => {
    const submission = scheduler.schedule(one, { signal });
    submission.then(
      ({ finished }) =>
        finished.then(
          () => ends.push(`${one.label} done`),
          (error) => ends.push(`${one.label} ${error.code ?? error.message}`),
        ),
      (error) => ends.push(`${one.label} ${error.code ?? error.message}`),
    );
    return submission;
  };
  return { gpu, clock, context, scheduler, ends, run, labels: () => gpu.log.map((batch) => batch.join('+')) };
}

/** Finishes one submission after the other, until nothing moves. */
export const finishAll = async (gpu: FakeGpu): Promise<void> => {
  for (let turn = 0; turn < 40; turn += 1) {
    await settleAll();
    gpu.finish(1);
  }
  await settleAll();
};
