import {
  expectInteger,
  expectObject,
  expectString,
  type FramerailError,
  invalidArgument,
} from '@framerail/lifecycle';
import type { GpuContext } from '../../gpu/context/gpu-context.js';
import { gpuError, withErrorScopes } from '../../gpu/gpu-errors.js';
import { GPU_USAGE } from '../../gpu/gpu-flags.js';
import { type GpuHost, hostOf } from '../../gpu/gpu-host.js';
import { createReadbackRing } from '../../gpu/readback/create-readback-ring.js';
import type { GpuQueueName, GpuScheduler } from '../../gpu/scheduler/gpu-scheduler.js';
import type { BackendPlan, FrameBackend } from '../backend.js';
import type { ComposedPass } from './compose.js';
import { checkLimits } from './limits.js';
import { type PassPlan, planPasses } from './pass-plan.js';
import { type PreparedPass, preparePass } from './pipelines.js';
import { composePasses, createPlanTables } from './plan-tables.js';
import { createSlot } from './slot.js';
import { analyzeFrame, directSubmitter, type Submitter, scheduledSubmitter } from './submitter.js';
import { runWebgpuBackend } from './webgpu-backend.js';

/** Options of {@link createWebgpuBackend}; with exactly one of `device`, `context` and `scheduler`. */
export interface WebgpuBackendOptions {
  /** What to do with every frame; `planConversion` makes and checks it. */
  readonly plan: BackendPlan;
  /** The caller's; it is neither destroyed nor changed, but see decision 0036 for `destroy`. */
  readonly device?: GPUDevice | undefined;
  /** Counts the memory and keeps the pipelines. */
  readonly context?: GpuContext | undefined;
  /** Whose turns the frames wait for, on its context. Without one they are submitted at once, each by itself. */
  readonly scheduler?: GpuScheduler | undefined;
  /** How the frames are scheduled; default `compute`, as a client of their own, priority 0. */
  readonly scheduling?:
    | {
        readonly queue?: GpuQueueName | undefined;
        readonly client?: string | undefined;
        readonly priority?: number | undefined;
      }
    | undefined;
  /**
   * Frames on the GPU and results that are out, together: each has buffers of its own for upload, source, target
   * and readback. 1 to 64, default 3, which is what keeps upload, computing and readback busy.
   */
  readonly maxInFlight?: number | undefined;
  /**
   * Milliseconds that a frame waits while all results are out, and for the GPU, before `E_READBACK_TIMEOUT`.
   * Default 120,000.
   */
  readonly timeoutMs?: number | undefined;
}

const DEFAULT_SLOTS = 3;
const MOST_SLOTS = 64;
const DEFAULT_TIMEOUT_MS = 120_000;

/**
 * Makes a backend that converts on a GPU device: one upload, one command encoder, one readback a frame.
 * Results are mapped GPU memory, not copies; when all slots are out, `process` waits until a result is disposed.
 *
 * @throws FramerailError `E_GPU_LIMIT` for a device too small, `E_GPU_BUDGET` for a context too small,
 *   `E_GPU_DEVICE_LOST`, `E_GPU_SHADER`, `E_GPU_OUT_OF_MEMORY`, `E_GPU_VALIDATION`, `E_GPU_INTERNAL`,
 *   `E_INVALID_ARGUMENT`
 */
export async function createWebgpuBackend(options: WebgpuBackendOptions): Promise<FrameBackend> {
  expectObject('options', options);
  const { plan, maxInFlight = DEFAULT_SLOTS, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  expectInteger('maxInFlight', maxInFlight, { min: 1, max: MOST_SLOTS });
  expectObject('plan', plan, 'a plan of planConversion');
  const passPlan = planPasses(plan);
  const { host, holder } = holderOf(options);
  const { device } = host;
  checkLimits(device.limits, passPlan);
  const submitter = submitterOf(host, passPlan, options);
  const lost = { error: undefined as FramerailError | undefined };
  const detach = host.attach((error) => {
    lost.error = error;
  });
  const made: { destroy(): void }[] = [];
  const destroyAll = (): void => {
    for (const one of made.splice(0)) one.destroy();
  };
  try {
    const composed = composePasses(device, passPlan, plan.upsampling);
    const passes = await compileAll(host, composed, made);
    const slots = await createSlots(host, passPlan, passes, maxInFlight, made);
    const ring = await createReadbackRing({
      ...holder,
      slots: maxInFlight,
      bytes: passPlan.targetBytes,
      hasOutput: true,
      timeoutMs,
      label: 'framerail slot',
    });
    if (lost.error !== undefined) {
      await ring.close();
      throw lost.error;
    }
    const tables = createPlanTables({ device, plan, composed, prepared: passes });
    return runWebgpuBackend({ plan, host, ring, slots, tables, submitter, destroyAll });
  } catch (error) {
    destroyAll();
    // A device that goes while things are made on it makes all kinds of errors.
    throw lost.error ?? error;
  } finally {
    detach();
  }
}

function holderOf({ device, context, scheduler }: WebgpuBackendOptions) {
  const given = [device, context, scheduler].filter((one) => one !== undefined);
  if (given.length !== 1) {
    throw invalidArgument('device', 'exactly one of device, context and scheduler', given.length);
  }
  const holder = device === undefined ? { context: context ?? scheduler?.context } : { device };
  return { holder, host: hostOf(holder) };
}

let backends = 0;

function submitterOf(host: GpuHost, plan: PassPlan, options: WebgpuBackendOptions): Submitter {
  const { scheduler, scheduling = {} } = options;
  if (scheduler === undefined) return directSubmitter(host);
  backends += 1;
  const { queue = 'compute', client = `framerail backend ${backends}`, priority = 0 } = scheduling;
  expectString('scheduling.client', client);
  const label = plan.passes.map((pass) => pass.label).join(', ');
  return scheduledSubmitter({
    scheduler,
    task: { queue, client, priority, label, analysis: analyzeFrame(plan) },
  });
}

async function compileAll(
  host: GpuHost,
  composed: readonly ComposedPass[],
  made: { destroy(): void }[],
): Promise<PreparedPass[]> {
  const passes: PreparedPass[] = [];
  for (const pass of composed) {
    const prepared = await preparePass(host.device, pass, host);
    if (prepared.tables !== undefined) made.push(prepared.tables);
    passes.push(prepared);
  }
  return passes;
}

async function createSlots(
  host: GpuHost,
  plan: PassPlan,
  passes: readonly PreparedPass[],
  count: number,
  made: { destroy(): void }[],
) {
  const { value: slots, error } = withErrorScopes(
    host.device,
    ['validation', 'out-of-memory', 'internal'],
    () => {
      const between = plan.betweenBytes.map((size, index) => {
        const label = `framerail between ${index}`;
        const buffer = host.createBuffer({ label, size, usage: GPU_USAGE.STORAGE });
        made.push(buffer);
        return buffer;
      });
      return Array.from({ length: count }, (_, index) => {
        const slot = createSlot({ host, plan, passes, between, index });
        made.push(slot);
        return slot;
      });
    },
  );
  const refusal = await error;
  if (refusal === undefined) return slots;
  throw gpuError(refusal, `${count} slots of ${plan.source.byteLength} bytes twice over`);
}
