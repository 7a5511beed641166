import type { Clock } from '@framerail/lifecycle';
import type { Fence, GpuTimes } from './fence.js';
import type { GpuSubmission, GpuTaskReport } from './gpu-scheduler.js';
import type { TaskEntry } from './task-entry.js';

/** A batch that the GPU has accepted. */
export interface FlightOptions {
  readonly submitted: readonly TaskEntry[];
  readonly fence: Fence;
  readonly submittedAtMs: number;
  /** Rejects when the device goes. */
  readonly lost: Promise<never>;
  readonly clock: Clock;
  /** Called when the GPU is done, or with nothing when the device went. */
  readonly onLanded: (landing: Landing | undefined) => void;
}

/** When the GPU worked on a batch. */
export interface Landing {
  /** As the program saw it. */
  readonly seen: GpuTimes;
  /** By the GPU's own clock, where it has one. */
  readonly measured: GpuTimes | undefined;
}

/**
 * Follows a batch, by the tasks' own ways of knowing where they have one.
 *
 * @returns what the tasks are told, in their order
 */
export function followBatch(options: FlightOptions): readonly GpuSubmission[] {
  const { submitted, fence, submittedAtMs, lost, clock, onLanded } = options;
  // Asked now, in the order of the submission: mappings are served in that order.
  const own = submitted.map(({ task }) =>
    task.done === undefined ? undefined : ownEnd(task.done.bind(task)),
  );
  const ends = Promise.all(own.filter((end) => end !== undefined).map((end) => end.then(yes, no)));
  const times = ends.then((outcomes) => fence.wait(outcomes.length > 0 && outcomes.every(Boolean)));
  const end = Promise.race([times, lost]).then(
    (measured) => {
      const endedAtMs = clock.now();
      onLanded({ seen: { beganMs: submittedAtMs, endedMs: endedAtMs }, measured });
      return { measured, endedAtMs };
    },
    (error: unknown) => {
      onLanded(undefined);
      throw error;
    },
  );
  end.catch(ignore);
  return submitted.map((entry, index) => {
    const report = async (): Promise<GpuTaskReport> => {
      await Promise.race([own[index], lost]);
      const { measured, endedAtMs } = await end;
      const gpuMs = measured && Math.max(0, measured.endedMs - measured.beganMs) / submitted.length;
      return Object.freeze({ elapsedMs: endedAtMs - submittedAtMs, gpuMs });
    };
    const finished = report();
    finished.catch(ignore);
    const waitedMs = submittedAtMs - entry.scheduledAtMs;
    return Object.freeze({ batchSize: submitted.length, waitedMs, finished });
  });
}

/** What throws at once fails like what rejects. */
async function ownEnd(done: () => Promise<unknown>): Promise<void> {
  await done();
}

const ignore = (): void => {};
const yes = (): boolean => true;
const no = (): boolean => false;
