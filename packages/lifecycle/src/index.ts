export { abortable, abortError, onAbort, throwIfAborted } from './abort.js';
export { type Clock, createManualClock, type ManualClock, sleep, systemClock } from './clock.js';
export { createEmitter, type Emitter, type EventMap, type EventSource } from './emitter.js';
export {
  type ErrorCode,
  FramerailError,
  type FramerailErrorOptions,
  isFramerailError,
} from './framerail-error.js';
export { Histogram, type HistogramSnapshot } from './histogram.js';
export type { Capacity, CapacitySource } from './ports/capacity-source.js';
export type { AcquireOptions, Lease, LeaseSource } from './ports/lease.js';
export type { PressureLevel, PressureSource, Trimmable, TrimRequest } from './ports/trimmable.js';
export { type TimeoutOptions, withTimeout } from './timeout.js';
export {
  expectInteger,
  expectLimit,
  expectNumber,
  expectObject,
  expectOneOf,
  expectString,
  invalidArgument,
  type NumberBounds,
} from './validation.js';
