import { abortable, type Clock, FramerailError, isFramerailError } from '@framerail/lifecycle';
import type { ResourceDefinition } from './resource-definition.js';
import type { ResourceStats } from './resource-stats.js';

/** Somebody's share of a loaded resource. */
export interface ResourceHold {
  /** What was loaded. */
  readonly value: unknown;
  /** Gives the share back; harmless when called twice. */
  release(): void;
}

/** What a {@link WarmResource} needs around it. */
export interface WarmSurroundings {
  readonly clock: Clock;
  /** Told when its figures changed. */
  onChange(): void;
  /** Told of failures that concern no task: a disposal's. */
  onError(error: unknown): void;
}

/** One resource of one worker: loaded by the first who wants it, shared by all, disposed of when nobody has wanted it for long enough. */
export class WarmResource {
  readonly definition: ResourceDefinition;
  readonly #around: WarmSurroundings;
  #loaded: { readonly value: unknown; readonly bytes: number } | undefined;
  /** The load that is under way, from waiting for the last disposal on. */
  #flight: { readonly promise: Promise<void>; readonly controller: AbortController } | undefined;
  #disposal: Promise<void> | undefined;
  #cancelIdle: (() => void) | undefined;
  #idleSinceMs = 0;
  #holders = 0;
  #waiting = 0;
  #isClosed = false;
  #loads = 0;
  #failures = 0;
  #disposals = 0;
  #loadMs = 0;

  constructor(definition: ResourceDefinition, around: WarmSurroundings) {
    this.definition = definition;
    this.#around = around;
  }

  /** Waits for it to be loaded. The signal ends this wait alone; the load ends with the last who waits. */
  async acquire(signal: AbortSignal | undefined): Promise<ResourceHold> {
    while (this.#loaded === undefined) {
      if (this.#isClosed) throw closedError(this.definition.name);
      this.#flight ??= this.#begin();
      const flight = this.#flight;
      const wasAborted = flight.controller.signal.aborted;
      this.#waiting += 1;
      try {
        await abortable(flight.promise, signal, `Waiting for the resource ${this.definition.name}`);
      } catch (error) {
        // A load that everybody had left before says nothing of one that somebody wants.
        if (signal?.aborted || !wasAborted || this.#isClosed) throw error;
      } finally {
        this.#waiting -= 1;
        if (this.#waiting === 0 && this.#flight === flight && this.#loaded === undefined)
          flight.controller.abort(leftError(this.definition.name));
      }
    }
    return this.#hold(this.#loaded.value);
  }

  /** Gives it up if nobody holds or awaits it and it has been idle for so long. Gives the bytes that went. */
  trim(idleMs = 0): number {
    if (!this.isIdle || this.#around.clock.now() - this.#idleSinceMs < idleMs) return 0;
    return this.#dispose();
  }

  get isIdle(): boolean {
    return this.#loaded !== undefined && this.#holders === 0 && this.#waiting === 0;
  }

  get idleSinceMs(): number {
    return this.#idleSinceMs;
  }

  get bytes(): number {
    return this.#loaded?.bytes ?? 0;
  }

  stats(): ResourceStats {
    return {
      name: this.definition.name,
      loaded: this.#loaded === undefined ? 0 : 1,
      holders: this.#holders,
      bytes: this.bytes,
      loads: this.#loads,
      failures: this.#failures,
      disposals: this.#disposals,
      loadMs: this.#loadMs,
    };
  }

  /** Ends the load that is under way and disposes of what is loaded; of what somebody holds when the last one lets go. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#flight?.controller.abort(closedError(this.definition.name));
    await this.#flight?.promise.catch(() => {});
    if (this.#loaded !== undefined && this.#holders === 0) this.#dispose();
    await this.#disposal;
  }

  #begin(): { promise: Promise<void>; controller: AbortController } {
    const controller = new AbortController();
    const promise = this.#load(controller.signal).finally(() => {
      this.#flight = undefined;
      this.#around.onChange();
    });
    promise.catch(() => {});
    return { promise, controller };
  }

  async #load(signal: AbortSignal): Promise<void> {
    const { load, bytes } = this.definition.options;
    while (this.#disposal !== undefined) await this.#disposal;
    const startedMs = this.#around.clock.now();
    this.#loads += 1;
    let value: unknown;
    try {
      value = await load({ signal });
      this.#loaded = { value, bytes: countOf(typeof bytes === 'function' ? bytes(value) : bytes) };
    } catch (cause) {
      this.#failures += 1;
      throw loadError(this.definition.name, cause);
    } finally {
      this.#loadMs += this.#around.clock.now() - startedMs;
    }
    this.#idleSinceMs = this.#around.clock.now();
    if (this.#waiting === 0) this.#rest();
  }

  #hold(value: unknown): ResourceHold {
    this.#cancelIdle?.();
    this.#cancelIdle = undefined;
    this.#holders += 1;
    let isHeld = true;
    this.#around.onChange();
    return {
      value,
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        this.#holders -= 1;
        if (this.#holders > 0) return;
        this.#idleSinceMs = this.#around.clock.now();
        this.#rest();
        this.#around.onChange();
      },
    };
  }

  /** Nobody holds it: for how long it stays. */
  #rest(): void {
    if (this.#loaded === undefined || this.#waiting > 0) return;
    const { idleMs } = this.definition.options;
    if (this.#isClosed || idleMs === 0) this.#dispose();
    else if (idleMs !== Number.POSITIVE_INFINITY) {
      this.#cancelIdle?.();
      this.#cancelIdle = this.#around.clock.setTimer(() => this.trim(), idleMs, { background: true });
    }
  }

  #dispose(): number {
    const { value, bytes } = this.#loaded as { value: unknown; bytes: number };
    this.#loaded = undefined;
    this.#cancelIdle?.();
    this.#cancelIdle = undefined;
    this.#disposals += 1;
    const disposal = (async () => this.definition.options.dispose(value))()
      .catch((error: unknown) => this.#around.onError(error))
      .finally(() => {
        if (this.#disposal === disposal) this.#disposal = undefined;
      });
    this.#disposal = disposal;
    this.#around.onChange();
    return bytes;
  }
}

function countOf(bytes: unknown): number {
  if (typeof bytes === 'number' && bytes >= 0 && bytes < Number.POSITIVE_INFINITY) return bytes;
  throw new TypeError(`Expected a number of bytes of 0 or more from bytes() but received ${String(bytes)}`);
}

function loadError(name: string, cause: unknown): FramerailError {
  if (isFramerailError(cause, 'E_TASK_RESOURCE')) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  return new FramerailError({
    code: 'E_TASK_RESOURCE',
    message: `The resource ${name} could not be loaded: ${text}`,
    cause,
    details: { name },
  });
}

const closedError = (name: string): FramerailError =>
  new FramerailError({
    code: 'E_TASK_RESOURCE',
    message: `The resource ${name} can't be loaded: its worker is ending`,
    details: { name },
  });

const leftError = (name: string): FramerailError =>
  new FramerailError({ code: 'E_ABORTED', message: `No task wants the resource ${name} any more` });
