import type { FramerailError } from '@framerail/lifecycle';
import { deviceLost } from './gpu-errors.js';

/**
 * Knows when a device goes, and keeps mapped memory alive while somebody reads it.
 *
 * `GPUDevice.destroy()` frees mapped memory at once. A result that is out is a view of such memory, and a
 * native thread may be reading it (the frame pipe), which no detaching of an ArrayBuffer stops. So while
 * backends use a device, its `destroy` is one that reports the loss at once and does the rest when the last
 * mapped result is back. Docs: decision 0036.
 */
export interface DeviceGuard {
  /** Set once the device is gone or going. */
  readonly lost: FramerailError | undefined;
  /** Attaches a user of the device. The listener is called once, synchronously from `destroy`. Returns the detaching. */
  attach(onLost: (error: FramerailError) => void): () => void;
  /** Counts a mapped buffer whose memory must not go away. Returns its release. */
  holdMapped(buffer: GPUBuffer): () => void;
  /** Calls back when nobody holds the buffer's memory, at once if nobody does. */
  whenNotHeld(buffer: GPUBuffer, then: () => void): void;
}

// One guard a device, whoever asks: several backends share a device, and `destroy` waits for all of them.
const guards = new WeakMap<GPUDevice, DeviceGuard>();

export function guardDevice(device: GPUDevice): DeviceGuard {
  const known = guards.get(device);
  if (known !== undefined) return known;
  const guard = createGuard(device);
  guards.set(device, guard);
  return guard;
}

function createGuard(device: GPUDevice): DeviceGuard {
  const listeners = new Set<(error: FramerailError) => void>();
  let lost: FramerailError | undefined;
  // The buffers that are held, each with what waits for its release.
  const held = new Map<GPUBuffer, (() => void)[]>();
  let destroyWaits = false;
  // What stands behind ours: the class' own method, or one that somebody put over it before us.
  let behind: { readonly own: PropertyDescriptor | undefined; readonly destroy: () => undefined } | undefined;

  const lose = (error: FramerailError): void => {
    if (lost !== undefined) return;
    lost = error;
    for (const listener of [...listeners]) listener(error);
    listeners.clear();
  };
  const install = (): void => {
    if (behind !== undefined) return;
    behind = { own: Object.getOwnPropertyDescriptor(device, 'destroy'), destroy: device.destroy };
    Object.defineProperty(device, 'destroy', { value: destroy, configurable: true, writable: true });
  };
  const uninstall = (): void => {
    if (behind === undefined || listeners.size > 0 || held.size > 0 || destroyWaits) return;
    // Somebody may have put theirs over ours: then ours stays where it is, and does no harm.
    if (device.destroy !== destroy) return;
    if (behind.own === undefined) Reflect.deleteProperty(device, 'destroy');
    else Object.defineProperty(device, 'destroy', behind.own);
    behind = undefined;
  };
  const reallyDestroy = (): void => {
    destroyWaits = false;
    const next = behind?.destroy;
    uninstall();
    next?.call(device);
  };
  function destroy(): undefined {
    lose(deviceLost('destroyed', 'destroy() was called'));
    if (held.size === 0) reallyDestroy();
    else destroyWaits = true;
  }

  device.lost.then((info) => lose(deviceLost(info.reason, info.message)));
  return {
    get lost() {
      return lost;
    },
    attach(onLost) {
      install();
      listeners.add(onLost);
      return () => {
        listeners.delete(onLost);
        uninstall();
      };
    },
    holdMapped(buffer) {
      const waiting: (() => void)[] = [];
      held.set(buffer, waiting);
      return () => {
        if (held.get(buffer) !== waiting) return;
        held.delete(buffer);
        for (const then of waiting) then();
        if (held.size === 0 && destroyWaits) reallyDestroy();
        else uninstall();
      };
    },
    whenNotHeld(buffer, then) {
      const waiting = held.get(buffer);
      if (waiting === undefined) then();
      else waiting.push(then);
    },
  };
}
