import { gpuError, withErrorScopes } from '../../gpu/gpu-errors.js';
import type { GpuHost } from '../../gpu/gpu-host.js';
import type { GpuScheduler, GpuTask, TaskAnalysis } from '../../gpu/scheduler/gpu-scheduler.js';
import type { Pass, PassBuffer, PassPlan } from './pass-plan.js';

/** A frame's commands. */
interface FrameCommands {
  encode(encoder: GPUCommandEncoder): void;
  /** Called once they are submitted; settles when the GPU is done. */
  done(): Promise<unknown>;
  /** Takes them back as long as they are not submitted. */
  readonly signal: AbortSignal | undefined;
}

/** Gives frames to the GPU, one after the other. */
export interface Submitter {
  /**
   * Resolves when the commands are with the GPU; `accepted` then says whether it has something against them.
   *
   * @throws FramerailError of the scheduler
   */
  submit(commands: FrameCommands): Promise<{ readonly accepted: Promise<void> }>;
}

/** How a backend's frames are scheduled. */
export interface FrameScheduling {
  readonly scheduler: GpuScheduler;
  readonly task: Pick<GpuTask, 'client' | 'queue' | 'priority' | 'label' | 'analysis'>;
}

/** Submits each frame by itself, at once. */
export function directSubmitter({ device }: GpuHost): Submitter {
  return {
    async submit({ encode, done }) {
      const { error } = withErrorScopes(device, ['validation', 'out-of-memory'], () => {
        const encoder = device.createCommandEncoder();
        encode(encoder);
        device.queue.submit([encoder.finish()]);
      });
      done().catch(() => {});
      const accepted = error.then((refusal) => {
        if (refusal !== undefined) throw gpuError(refusal, 'a frame');
      });
      accepted.catch(() => {});
      return { accepted };
    },
  };
}

/** Lets frames wait for their turn among the work of others. */
export function scheduledSubmitter({ scheduler, task }: FrameScheduling): Submitter {
  return {
    async submit({ encode, done, signal }) {
      await scheduler.schedule({ ...task, encode, done }, { signal });
      return { accepted: Promise.resolve() };
    },
  };
}

/** What a frame of a plan costs, upload and readback included. */
export function analyzeFrame(plan: PassPlan): TaskAnalysis {
  const sizeOf = (place: PassBuffer): number => {
    if (place === 'source') return plan.source.byteLength;
    return place === 'target' ? plan.targetBytes : (plan.betweenBytes[place.between] as number);
  };
  const ends = plan.source.byteLength + plan.targetBytes;
  const sum = (end: (pass: Pass) => PassBuffer): number =>
    plan.passes.reduce((bytes, pass) => bytes + sizeOf(end(pass)), ends);
  return Object.freeze({
    bytesRead: sum(({ from }) => from),
    bytesWritten: sum(({ to }) => to),
    passes: plan.passes.length,
    memoryBytes: 2 * ends,
  });
}
