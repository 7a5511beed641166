import { frameOf } from '@framerail/buffer-pool';
import { type FramerailError, type Lease, throwIfAborted } from '@framerail/lifecycle';
import type { RawFrame } from '@framerail/media-types';
import type { GpuHost } from '../../gpu/gpu-host.js';
import type { ReadbackRing, ReadbackSlot } from '../../gpu/readback/readback-ring.js';
import { checkFrame } from '../../plan/frame-checks.js';
import type { BackendPlan, BackendProcessOptions, FrameBackend } from '../backend.js';
import { FrameCounter } from '../frame-counter.js';
import { closedError } from '../turnstile.js';
import type { FrameTables, PlanTables } from './plan-tables.js';
import type { Slot } from './slot.js';
import type { Submitter } from './submitter.js';

/** What the backend is put together from. */
export interface WebgpuBackendParts {
  readonly plan: BackendPlan;
  readonly host: GpuHost;
  readonly ring: ReadbackRing;
  /** As many as the ring has. */
  readonly slots: readonly Slot[];
  readonly tables: PlanTables;
  readonly submitter: Submitter;
  /** Destroys slots and what they share. */
  readonly destroyAll: () => void;
}

/** A frame on its way through. */
interface Passage {
  readonly frame: RawFrame;
  readonly own: FrameTables;
  readonly signal: AbortSignal | undefined;
}

/** Runs frames through slots whose pipelines are made. */
export function runWebgpuBackend(parts: WebgpuBackendParts): FrameBackend {
  const { plan, host, ring, slots, tables, submitter, destroyAll } = parts;
  const counter = new FrameCounter();
  let uploads: Promise<unknown> = Promise.resolve();
  const submissions = new Set<Promise<unknown>>();
  let ending: FramerailError | undefined;
  let closed: Promise<void> | undefined;

  const detach = host.attach((error) => {
    ending ??= error;
    destroyAll();
  });

  /** A readback slot and the slot of its number, both ready. @throws FramerailError of the ring */
  const takeSlots = async (signal: AbortSignal | undefined): Promise<[Slot, ReadbackSlot]> => {
    for (;;) {
      const readback = await ring.acquire({ signal });
      const slot = slots[readback.index] as Slot;
      if (await slot.isOpen()) return [slot, readback];
      readback.retire();
    }
  };

  /** What this one changes mustn't reach the frames before it, which may not have been submitted yet. */
  const writeTables = async (own: FrameTables): Promise<void> => {
    const write = tables.changeTo(own);
    if (write === undefined) return;
    await Promise.allSettled(submissions);
    if (host.gone === undefined) await write();
  };

  // One upload at a time: frames reach the queue in the order in which they got their slots.
  const upload = ([slot, readback]: [Slot, ReadbackSlot], { frame, own, signal }: Passage) => {
    const check = (): void => {
      throwIfAborted(signal, 'The conversion');
      if (host.gone !== undefined) throw host.gone;
    };
    const uploaded = uploads.then(async () => {
      check();
      await slot.fill(frame.data, frame.layout, check);
      await writeTables(own);
      check();
      slot.seal();
      let reading: Promise<Lease> | undefined;
      const done = (): Promise<unknown> => {
        reading = readback.read({ signal });
        reading.catch(() => {});
        return readback.finished;
      };
      const encode = (encoder: GPUCommandEncoder): void => slot.encode(encoder, readback);
      const submission = submitter.submit({ encode, done, signal });
      submissions.add(submission);
      submission.then(
        () => submissions.delete(submission),
        () => submissions.delete(submission),
      );
      return async (): Promise<Lease> => {
        try {
          const { accepted } = await submission;
          return await readBack(accepted, reading as unknown as Promise<Lease>);
        } finally {
          if (reading === undefined) slot.reopen();
          else
            readback.finished.then(
              () => slot.reopen(),
              () => {},
            );
        }
      };
    });
    uploads = uploaded.catch(() => {});
    return uploaded;
  };

  const readBack = async (accepted: Promise<void>, reading: Promise<Lease>): Promise<Lease> => {
    const [submitted, read] = await Promise.allSettled([accepted, reading]);
    if (submitted.status === 'rejected') {
      if (read.status === 'fulfilled') read.value.release();
      throw submitted.reason;
    }
    if (read.status === 'rejected') throw read.reason;
    return read.value;
  };

  const convert = async (passage: Passage): Promise<RawFrame> => {
    const both = await takeSlots(passage.signal);
    try {
      const read = await upload(both, passage);
      const lease = await read();
      const { layout, color } = plan.target;
      const { timestampUs, durationUs } = passage.frame;
      return frameOf(lease, { layout, color, timestampUs, durationUs });
    } catch (error) {
      both[1].release();
      throw host.gone ?? error;
    }
  };

  const close = (): Promise<void> => {
    closed ??= (async () => {
      ending ??= closedError('The webgpu backend');
      const ringClosed = ring.close();
      await counter.whenIdle();
      await ringClosed;
      // Frames that were given up are still on the GPU.
      await ring.close();
      detach();
      destroyAll();
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
        return convert({ frame, own: tables.of(asked), signal });
      });
    },
    stats: () => counter.stats(),
    close,
    [Symbol.asyncDispose]: close,
  };
}
