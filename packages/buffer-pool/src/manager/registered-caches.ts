import {
  expectObject,
  expectString,
  invalidArgument,
  type PressureLevel,
  type Trimmable,
} from '@framerail/lifecycle';
import { warnOfMemory } from './manager-errors.js';
import type { MemoryUse, RegisterOptions } from './memory-manager.js';

interface Cache {
  readonly trimmable: Trimmable;
  readonly name: string;
  readonly options: RegisterOptions;
  hasWarned: boolean;
}

/** The caches that take part, whose code is the caller's: what they throw or make up harms nobody. */
export class RegisteredCaches {
  readonly #caches = new Map<Trimmable, Cache>();

  /** @throws FramerailError `E_INVALID_ARGUMENT` */
  add(trimmable: Trimmable, options: RegisterOptions): () => void {
    expectObject('trimmable', trimmable, 'a trimmable { name, trim }');
    if (typeof trimmable.trim !== 'function')
      throw invalidArgument('trimmable.trim', 'a function', trimmable.trim);
    const name = expectString('trimmable.name', trimmable.name);
    expectObject('options', options, 'options { valuePerByte, bytes? }');
    const { valuePerByte, bytes } = options;
    if (typeof valuePerByte !== 'function' && !(typeof valuePerByte === 'number' && valuePerByte >= 0))
      throw invalidArgument('valuePerByte', 'a number of 0 or more, or a function', valuePerByte);
    if (bytes !== undefined && typeof bytes !== 'function')
      throw invalidArgument('bytes', 'a function', bytes);
    if (this.#caches.has(trimmable))
      throw invalidArgument('trimmable', 'one that is not registered yet', trimmable);
    const cache = { trimmable, name, options: { valuePerByte, bytes }, hasWarned: false };
    this.#caches.set(trimmable, cache);
    return () => {
      if (this.#caches.get(trimmable) === cache) this.#caches.delete(trimmable);
    };
  }

  /** Bytes of those that say what they hold. */
  bytes(): number {
    let sum = 0;
    for (const cache of this.#caches.values()) sum += this.#bytesOf(cache);
    return sum;
  }

  /** Who holds what. */
  uses(): MemoryUse[] {
    return [...this.#caches.values()].map((cache) => ({
      owner: cache.name,
      kind: 'cache',
      bytesInUse: this.#bytesOf(cache),
      bytesFree: 0,
      maxBytes: undefined,
    }));
  }

  /**
   * Asks for memory, the least valuable byte first, until there is enough.
   *
   * @param freed - told of each that gave some
   */
  free(bytes: number, level: PressureLevel, freed: (owner: string, bytes: number) => void): number {
    const byValue = [...this.#caches.values()]
      .map((cache) => ({ cache, value: this.#valueOf(cache) }))
      .sort((a, b) => a.value - b.value);
    let sum = 0;
    for (const { cache } of byValue) {
      if (sum >= bytes) break;
      if (!this.#caches.has(cache.trimmable)) continue;
      const given = this.#trim(cache, bytes - sum, level);
      if (given <= 0) continue;
      sum += given;
      freed(cache.name, given);
    }
    return sum;
  }

  clear(): void {
    this.#caches.clear();
  }

  /** What a cache that says what it holds gave is measured; of the others their word is taken. */
  #trim(cache: Cache, bytes: number, level: PressureLevel): number {
    const before = this.#bytesOf(cache);
    const request = bytes < Number.MAX_VALUE ? { bytes, level } : { level };
    const told = this.#ask(cache, 'trim', () => cache.trimmable.trim(request));
    return cache.options.bytes === undefined ? told : Math.max(0, before - this.#bytesOf(cache));
  }

  #bytesOf(cache: Cache): number {
    const { bytes } = cache.options;
    return bytes === undefined ? 0 : this.#ask(cache, 'bytes', bytes);
  }

  #valueOf(cache: Cache): number {
    const { valuePerByte } = cache.options;
    return typeof valuePerByte === 'number' ? valuePerByte : this.#ask(cache, 'valuePerByte', valuePerByte);
  }

  /** A figure of a cache; 0, with one warning a cache, for what is none. */
  #ask(cache: Cache, what: string, question: () => unknown): number {
    let cause: unknown;
    try {
      const answer = question();
      if (typeof answer === 'number' && answer >= 0) return answer;
      cause = new RangeError(`Expected a number of 0 or more but received ${String(answer)}`);
    } catch (error) {
      cause = error;
    }
    if (!cache.hasWarned) {
      cache.hasWarned = true;
      warnOfMemory(`The ${what} of cache ${cache.name} failed and counts as 0`, cause);
    }
    return 0;
  }
}
