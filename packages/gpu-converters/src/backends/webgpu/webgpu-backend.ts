import { FramerailError, throwIfAborted } from '@framerail/lifecycle';
import type { RawFrame } from '@framerail/media-types';
import { createMapBuffer } from '../../gpu/buffer-mapping.js';
import type { DeviceGuard } from '../../gpu/device-guard.js';
import { gpuError, mappingError } from '../../gpu/gpu-errors.js';
import { GPU_MAP_MODE } from '../../gpu/gpu-flags.js';
import { createInterrupts } from '../../gpu/interrupts.js';
import { checkFrame } from '../../plan/frame-checks.js';
import type { BackendPlan, BackendProcessOptions, FrameBackend } from '../backend.js';
import { FrameCounter } from '../frame-counter.js';
import { closedError } from '../turnstile.js';
import { createMappedFrame } from './mapped-frame.js';
import type { FrameTables, PlanTables } from './plan-tables.js';
import type { Slot, Submission } from './slot.js';
import { createSlotLine } from './slot-line.js';

/** What the backend is put together from. */
export interface WebgpuBackendParts {
  readonly plan: BackendPlan;
  readonly guard: DeviceGuard;
  readonly slots: readonly Slot[];
  readonly tables: PlanTables;
  /** Destroys what the slots share. */
  readonly destroyShared: () => void;
}

/** Runs frames through slots whose pipelines are made. */
export function runWebgpuBackend(parts: WebgpuBackendParts): FrameBackend {
  const { plan, guard, slots, tables, destroyShared } = parts;
  const line = createSlotLine(slots);
  const interrupts = createInterrupts();
  const mapBuffer = createMapBuffer();
  const counter = new FrameCounter();
  const underWay = new Set<Promise<unknown>>();
  let uploads: Promise<unknown> = Promise.resolve();
  let slotsLeft = slots.length;
  let ending: FramerailError | undefined;
  let closed: Promise<void> | undefined;

  const retire = (slot: Slot): void => {
    slot.destroy();
    slotsLeft -= 1;
    if (slotsLeft > 0) return;
    destroyShared();
    end(
      new FramerailError({
        code: 'E_GPU_INTERNAL',
        message: 'The GPU failed in every slot; make a new backend',
      }),
    );
  };
  const end = (error: FramerailError): void => {
    ending ??= error;
    for (const slot of line.fail(ending)) retire(slot);
  };
  const giveBack = (slot: Slot): void => {
    if (ending === undefined) line.put(slot);
    else retire(slot);
  };
  const detach = guard.attach((error) => {
    end(error);
    interrupts.fire(error);
  });

  /** Goes on behind the caller's back; `close` waits for it. */
  const behind = (work: Promise<void>): void => {
    underWay.add(work);
    work.finally(() => underWay.delete(work));
  };

  /** Makes a slot usable again whose submission is done and whose readback nobody reads. */
  const recycle = (slot: Slot): void => {
    if (slot.readback.mapState === 'mapped') slot.readback.unmap();
    behind(
      slot.reopen().then(
        () => giveBack(slot),
        () => retire(slot),
      ),
    );
  };

  // One upload at a time: frames reach the queue in the order in which they got their slots.
  const upload = (
    slot: Slot,
    frame: RawFrame,
    own: FrameTables,
    signal: AbortSignal | undefined,
  ): Promise<Submission> => {
    const check = (): void => {
      throwIfAborted(signal, 'The conversion');
      if (guard.lost !== undefined) throw guard.lost;
    };
    const submitted = uploads.then(async () => {
      check();
      await slot.fill(frame.data, frame.layout, check);
      tables.write(own);
      return slot.submit();
    });
    uploads = submitted.catch(() => {});
    return submitted;
  };

  const readBack = async (slot: Slot, submission: Submission): Promise<void> => {
    const mapped = mapBuffer(slot.readback, GPU_MAP_MODE.READ);
    const [error, mapping] = await Promise.allSettled([submission.error, mapped]);
    if (error.status === 'fulfilled' && error.value !== undefined) throw gpuError(error.value, 'a frame');
    if (mapping.status === 'rejected') throw mappingError(mapping.reason);
  };

  const convert = async (
    frame: RawFrame,
    own: FrameTables,
    signal: AbortSignal | undefined,
  ): Promise<RawFrame> => {
    const slot = await line.take(signal);
    let submission: Submission;
    try {
      submission = await upload(slot, frame, own, signal);
    } catch (error) {
      giveBack(slot);
      throw guard.lost ?? error;
    }
    const mapped = readBack(slot, submission);
    try {
      await interrupts.wait(mapped, { signal, what: 'The conversion' });
      if (guard.lost !== undefined) throw guard.lost;
      return handOut(slot, frame);
    } catch (error) {
      // The slot is of use again when the GPU is done with it, whoever still waits.
      behind(
        mapped.then(
          () => recycle(slot),
          () => retire(slot),
        ),
      );
      throw guard.lost ?? error;
    }
  };

  const handOut = (slot: Slot, { timestampUs, durationUs }: RawFrame): RawFrame => {
    const { layout, color } = plan.target;
    const data = new Uint8Array(slot.readback.getMappedRange(), 0, layout.byteLength);
    const release = guard.holdMapped(slot.readback);
    const onDispose = (): void => {
      recycle(slot);
      release();
    };
    return createMappedFrame({ data, layout, color, timestampUs, durationUs, onDispose });
  };

  const close = (): Promise<void> => {
    closed ??= (async () => {
      end(closedError('The webgpu backend'));
      await counter.whenIdle();
      // What a lost device has promised may never come.
      while (underWay.size > 0 && guard.lost === undefined) await Promise.all(underWay);
      detach();
    })();
    return closed;
  };

  return {
    name: 'webgpu',
    maxInFlight: slots.length,
    process(frame, { signal, plan: asked = plan }: BackendProcessOptions = {}) {
      return counter.count(async () => {
        throwIfAborted(signal, 'The conversion');
        if (ending !== undefined) throw ending;
        checkFrame(frame, plan.source);
        return convert(frame, tables.of(asked), signal);
      });
    },
    stats: () => counter.stats(),
    close,
    [Symbol.asyncDispose]: close,
  };
}
