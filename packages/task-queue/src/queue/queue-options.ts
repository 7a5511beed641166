import { availableParallelism } from 'node:os';
import {
  type Clock,
  expectInteger,
  expectNumber,
  expectObject,
  invalidArgument,
  systemClock,
} from '@framerail/lifecycle';
import {
  type AdmissionOptions,
  type AdmissionSettings,
  admissionSettings,
} from '../admission/admission-options.js';
import type { TaskEngine } from '../engines/task-engine.js';
import { expectName, type LaneOptions, type LaneSettings, laneSettings } from '../lanes/lane-options.js';
import type { AnyResource } from '../resources/resource-definition.js';
import { type KeepSettings, type RetentionOptions, retentionSettings } from './retention.js';

/** Options of `createQueue`. */
export interface QueueOptions {
  /** Where tasks are kept: `memory()`, `sqlite({ path })`, … The queue opens and closes it. */
  readonly engine: TaskEngine;
  /** For reports; default `queue`. */
  readonly name?: string | undefined;
  /** Kinds of work, each with slots of its own; default: one, `default`. */
  readonly lanes?: Readonly<Record<string, LaneOptions>> | undefined;
  /** Tasks that run at once in this process over all lanes, 1 or more; default: the cores that the process may use. */
  readonly slots?: number | undefined;
  /** Milliseconds of waiting that count as much as one of a lane's priority; default 1,000. */
  readonly ageingMs?: number | undefined;
  /** Begins tasks only while the machine has room for them; default: slots are all that counts. */
  readonly admission?: AdmissionOptions | undefined;
  /** What is kept of tasks that ended. */
  readonly retention?: RetentionOptions | undefined;
  /** Resources that handlers ask for by name; those of `define` are added. */
  readonly resources?: readonly AnyResource[] | undefined;
  /** Bytes of a task's data, and of its result, as JSON in UTF-8; default 1 MiB, or what the engine takes where that is less. */
  readonly maxDataBytes?: number | undefined;
  /** Milliseconds after which the tasks of a process that is silent begin again elsewhere; default 6,000. For engines that processes share. */
  readonly leaseMs?: number | undefined;
  /** Milliseconds between looks at what other processes did; default 500. For engines that processes share. */
  readonly pollMs?: number | undefined;
  /** Milliseconds for which a task waits for a process that knows its name, before it is a dead letter; default 300,000. */
  readonly unknownNameMs?: number | undefined;
  /** Milliseconds that a handler gets to end after its signal aborted; default 5,000. Then it is given up, and keeps its slot. */
  readonly graceMs?: number | undefined;
  /** Default: the machine's. */
  readonly clock?: Clock | undefined;
  /** Milliseconds since 1970; default `Date.now`. */
  readonly wallClock?: (() => number) | undefined;
  /** From 0 to below 1; default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** {@link QueueOptions} with defaults filled in. */
export interface QueueSettings {
  readonly engine: TaskEngine;
  readonly name: string;
  readonly lanes: readonly LaneSettings[];
  readonly slots: number;
  readonly ageingMs: number;
  readonly admission: AdmissionSettings | undefined;
  readonly keep: readonly KeepSettings[];
  readonly resources: readonly AnyResource[];
  readonly maxDataBytes: number;
  readonly leaseMs: number;
  readonly pollMs: number;
  readonly unknownNameMs: number;
  readonly graceMs: number;
  readonly clock: Clock;
  readonly wallClock: () => number;
  readonly random: () => number;
}

const MAX_MS = 2 ** 31 - 1;
const USUAL_DATA_BYTES = 1024 * 1024;

/** Takes the options of a queue. @throws FramerailError `E_INVALID_ARGUMENT` */
export function queueSettings(options: QueueOptions): QueueSettings {
  const {
    engine,
    name = 'queue',
    slots = availableParallelism(),
    ageingMs = 1000,
  } = expectObject('options', options, 'options { engine, lanes, … }');
  if (typeof engine?.claim !== 'function')
    throw invalidArgument('engine', 'an engine, such as memory() or sqlite({ path })', engine);
  const { admission, retention, resources = [], maxDataBytes = USUAL_DATA_BYTES } = options;
  const { leaseMs = 6000, pollMs = 500, unknownNameMs = 300_000, graceMs = 5000 } = options;
  const { clock = systemClock, wallClock = Date.now, random = Math.random } = options;
  if (typeof clock?.setTimer !== 'function')
    throw invalidArgument('clock', 'a Clock { now, setTimer }', clock);
  if (typeof wallClock !== 'function') throw invalidArgument('wallClock', 'a function', wallClock);
  if (typeof random !== 'function') throw invalidArgument('random', 'a function', random);
  if (!Array.isArray(resources)) throw invalidArgument('resources', 'a list of resources', resources);
  expectInteger('slots', slots, { min: 1 });
  return {
    engine,
    name: expectName('name', name),
    lanes: laneSettings(options.lanes, slots),
    slots,
    ageingMs: expectNumber('ageingMs', ageingMs, { min: 1 }),
    admission: admission === undefined ? undefined : admissionSettings(admission),
    keep: retentionSettings(retention, engine.limits.isDurable),
    resources: [...resources],
    maxDataBytes: Math.min(
      expectInteger('maxDataBytes', maxDataBytes, { min: 2 }),
      engine.limits.maxDataBytes,
    ),
    leaseMs: expectNumber('leaseMs', leaseMs, { min: 100, max: MAX_MS }),
    pollMs: expectNumber('pollMs', pollMs, { min: 1, max: MAX_MS }),
    unknownNameMs: expectNumber('unknownNameMs', unknownNameMs, { min: 0, max: MAX_MS }),
    graceMs: expectNumber('graceMs', graceMs, { min: 0, max: MAX_MS }),
    clock,
    wallClock,
    random,
  };
}
