import type { PressureLevel } from '@framerail/lifecycle';
import type { Account } from './account.js';
import type { LruThumbnails } from './lru-thumbnails.js';
import type { FreeingStep } from './memory-manager.js';
import type { RegisteredCaches } from './registered-caches.js';

/** Options of {@link FreeingOrder}. */
export interface FreeingOrderOptions {
  readonly thumbnails: LruThumbnails;
  /** The shares' and the pools' within them. */
  readonly accounts: ReadonlySet<Account>;
  readonly caches: RegisteredCaches;
  readonly idleAudioMs: number;
  /** Told of everybody who gave something. */
  readonly onFreed: (step: FreeingStep, owner: string, bytes: number) => void;
}

/** The largest priority below the one that requests have if they don't say. */
const LOW_PRIORITY = -1;
const ANY_PRIORITY = 1000;

/** In which order memory is given back: a step begins when the one before it has nothing left. */
export class FreeingOrder {
  readonly #options: FreeingOrderOptions;

  constructor(options: FreeingOrderOptions) {
    this.#options = options;
  }

  /**
   * Gives at least so many bytes back, or all there are.
   *
   * @param level - told to caches, for which `none` would mean to keep what they have
   * @returns the bytes that went back
   */
  free(bytes: number, level: PressureLevel): number {
    const told = level === 'none' ? 'moderate' : level;
    let freed = 0;
    const steps = [this.#thumbnails, this.#idleAudio, this.#lowPriorityVideo, this.#caches, this.#unused];
    for (const step of steps) {
      if (freed >= bytes) break;
      freed += step.call(this, bytes - freed, told);
    }
    return freed;
  }

  #thumbnails(bytes: number): number {
    const { thumbnails } = this.#options;
    return this.#tell('thumbnails', thumbnails.name, thumbnails.free(bytes));
  }

  #idleAudio(bytes: number): number {
    const { idleAudioMs } = this.#options;
    const audio = this.#byPriority().filter(({ kind }) => kind === 'audio');
    return this.#each('idleAudio', audio, bytes, (account, wanted) =>
      account.pool.trim({ bytes: wanted, idleMs: idleAudioMs }),
    );
  }

  #lowPriorityVideo(bytes: number): number {
    const accounts = this.#byPriority().filter(({ kind, priority }) => kind === 'video' || priority < 0);
    return this.#each('lowPriorityVideo', accounts, bytes, (account, wanted) => {
      const maxPriority = account.priority < 0 ? ANY_PRIORITY : LOW_PRIORITY;
      const atMost = Math.min(wanted, account.bytesHeld - account.firmBytes);
      return atMost > 0 ? account.pool.trim({ bytes: atMost, maxPriority }) : 0;
    });
  }

  #caches(bytes: number, level: PressureLevel): number {
    return this.#options.caches.free(bytes, level, (owner, freed) => this.#tell('caches', owner, freed));
  }

  #unused(bytes: number): number {
    return this.#each('unused', this.#byPriority(), bytes, (account, wanted) => {
      const atMost = Math.min(wanted, account.bytesHeld - account.firmBytes);
      return atMost > 0 ? account.pool.trim({ bytes: atMost }) : 0;
    });
  }

  #each(
    step: FreeingStep,
    accounts: readonly Account[],
    bytes: number,
    free: (account: Account, wanted: number) => number,
  ): number {
    let freed = 0;
    for (const account of accounts) {
      if (freed >= bytes) break;
      freed += this.#tell(step, account.name, free(account, bytes - freed));
    }
    return freed;
  }

  /** The least important first; of equals those that came first, sound before pictures. */
  #byPriority(): Account[] {
    return [...this.#options.accounts].sort(
      (a, b) => a.priority - b.priority || a.kind.localeCompare(b.kind),
    );
  }

  #tell(step: FreeingStep, owner: string, bytes: number): number {
    if (bytes > 0) this.#options.onFreed(step, owner, bytes);
    return bytes;
  }
}
