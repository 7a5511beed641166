import {
  type Clock,
  FramerailError,
  invalidArgument,
  systemClock,
  type TrimRequest,
} from '@framerail/lifecycle';
import type { RunnerResources } from '../workers/task-runner.js';
import type { AnyResource, ResourceDefinition } from './resource-definition.js';
import type { ResourceStats } from './resource-stats.js';
import { type ResourceHold, WarmResource } from './warm-resource.js';

/** Options of a {@link ResourceHost}. */
export interface ResourceHostOptions {
  /** Name for reports. */
  readonly name: string;
  /** Default: the machine's. */
  readonly clock?: Clock | undefined;
  /** Told when what is loaded or held changed. */
  readonly onChange?: (() => void) | undefined;
}

/** The warm resources of one worker. */
export class ResourceHost implements RunnerResources {
  readonly name: string;
  readonly #resources = new Map<string, WarmResource>();
  readonly #clock: Clock;
  readonly #onChange: () => void;
  #isClosed = false;

  constructor({ name, clock = systemClock, onChange = () => {} }: ResourceHostOptions) {
    this.name = name;
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** Makes a resource known by its name. @throws FramerailError `E_INVALID_ARGUMENT` when another one has it */
  register(definition: AnyResource): WarmResource {
    const known = this.#resources.get(definition.name);
    if (known === undefined) {
      const added = new WarmResource(definition as ResourceDefinition, {
        clock: this.#clock,
        onChange: this.#onChange,
        // It failed no task, and must not pass unseen.
        onError: (error) => process.emitWarning(asWarning(definition.name, error)),
      });
      this.#resources.set(definition.name, added);
      return added;
    }
    if (known.definition !== definition)
      throw invalidArgument(
        `the resource ${definition.name}`,
        'a name of its own',
        'another resource of that name',
      );
    return known;
  }

  /** Gives a share of a resource, loaded by now. @throws FramerailError `E_TASK_RESOURCE`, `E_ABORTED` */
  async acquire(wanted: AnyResource | string, signal: AbortSignal | undefined): Promise<ResourceHold> {
    if (this.#isClosed) throw unknownError('resource', 'its worker is ending');
    if (typeof wanted !== 'string') return this.register(wanted).acquire(signal);
    const resource = this.#resources.get(wanted);
    if (resource !== undefined) return resource.acquire(signal);
    const names = [...this.#resources.keys()].join(', ') || 'none';
    throw unknownError(wanted, `nobody registered it; there are ${names}`);
  }

  get bytes(): number {
    let bytes = 0;
    for (const resource of this.#resources.values()) bytes += resource.bytes;
    return bytes;
  }

  trim({ bytes = Number.POSITIVE_INFINITY, level, idleMs = 0, maxPriority = 0 }: TrimRequest = {}): number {
    if (level === 'none' || maxPriority < 0) return 0;
    const idle = [...this.#resources.values()]
      .filter((resource) => resource.isIdle)
      .sort((a, b) => a.idleSinceMs - b.idleSinceMs);
    let freed = 0;
    for (const resource of idle) {
      if (freed >= bytes) break;
      freed += resource.trim(idleMs);
    }
    return freed;
  }

  stats(): readonly ResourceStats[] {
    return Object.freeze([...this.#resources.values()].map((resource) => Object.freeze(resource.stats())));
  }

  /** Disposes of everything. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#resources.values()].map((resource) => resource.close()));
  }
}

function unknownError(name: string, why: string): FramerailError {
  return new FramerailError({
    code: 'E_TASK_RESOURCE',
    message: `There is no resource ${name}: ${why}`,
    details: { name },
  });
}

function asWarning(name: string, error: unknown): Error {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return Object.assign(new Error(`Disposing of the resource ${name} failed: ${text}`), {
    name: 'FramerailWarning',
  });
}
