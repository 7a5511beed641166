import { type Clock, expectObject, expectString, type LeaseSource, systemClock } from '@framerail/lifecycle';
import type { MapBuffer } from '../buffer-mapping.js';
import { type GpuHolder, hostOf } from '../gpu-host.js';
import { LiveRing } from './live-ring.js';
import type { ReadbackRing } from './readback-ring.js';
import { makePlaces } from './ring-places.js';
import { expectBytes, expectSlots, expectTimeout } from './ring-size.js';

/** Options of {@link createReadbackRing}; with either `context` or `device`. */
export interface ReadbackRingOptions extends GpuHolder {
  /** Results that can be on their way or lent at once. 1 to 64. */
  readonly slots: number;
  /** Bytes of the largest result; rounded up to whole words. */
  readonly bytes: number;
  /** Milliseconds to wait for a slot, and for the GPU. 1 to 2,147,483,647. */
  readonly timeoutMs: number;
  /** Whether each slot has a buffer that a shader can write to. Default `false`. */
  readonly hasOutput?: boolean | undefined;
  /**
   * Where results are copied to when lending one would take the last slot: then leases that are never released
   * cost memory of this source, and no stall. Default: nowhere, `acquire` waits and then fails.
   */
  readonly copies?: LeaseSource | undefined;
  /** For messages and for the buffers' labels. Default `framerail readback`. */
  readonly label?: string | undefined;
  /** How a buffer's mapping is waited for; default: paced in Node, by events elsewhere. */
  readonly mapBuffer?: MapBuffer | undefined;
  /** Default: the machine's. */
  readonly clock?: Clock | undefined;
}

/**
 * Makes a ring of readback slots. Its device is the context's present one: after a loss make another ring.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`, `E_UNBOUNDED`; `E_GPU_BUDGET`, `E_GPU_LIMIT`, `E_GPU_OUT_OF_MEMORY`,
 *   `E_GPU_DEVICE_LOST`, `E_CLOSED`
 */
export async function createReadbackRing(options: ReadbackRingOptions): Promise<ReadbackRing> {
  expectObject('options', options);
  const { hasOutput = false, label = 'framerail readback', copies, clock = systemClock } = options;
  const slots = expectSlots(options.slots);
  const bytes = expectBytes(options.bytes);
  const timeoutMs = expectTimeout(options.timeoutMs, 1);
  expectString('label', label);
  const host = hostOf(options);
  const mapBuffer = options.mapBuffer ?? host.mapBuffer;
  const places = await makePlaces(host, { slots, bytes, hasOutput, label, era: 0 });
  return new LiveRing({ host, mapBuffer, places, bytes, hasOutput, label, timeoutMs, copies, clock });
}
