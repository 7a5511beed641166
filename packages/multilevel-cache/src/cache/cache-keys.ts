import { FramerailError } from '@framerail/lifecycle';
import { expectKey, type KeyCodec } from '../keys/key-codec.js';

/** Keys and their names in the tiers, for as long as the cache is open. */
export class CacheKeys<K> {
  readonly #cacheName: string;
  readonly #codec: KeyCodec<K> | undefined;
  #isClosed = false;

  /**
   * @param cacheName - for messages
   * @param codec - `undefined`: keys are strings, and their own names
   */
  constructor(cacheName: string, codec: KeyCodec<K> | undefined) {
    this.#cacheName = cacheName;
    this.#codec = codec;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The name of a key. @throws FramerailError `E_CACHE_CLOSED`, `E_INVALID_ARGUMENT` */
  nameOf(key: K): string {
    this.expectOpen();
    return expectKey(this.quickNameOf(key));
  }

  /** As `nameOf`, with nothing checked: to look whether there is something under it. */
  quickNameOf(key: K): string {
    return this.#codec === undefined ? (key as string) : this.#codec.encode(key);
  }

  /** The key of a name. */
  keyOf(name: string): K {
    return this.#codec === undefined ? (name as K) : this.#codec.decode(name);
  }

  /** @throws FramerailError `E_CACHE_CLOSED` */
  expectOpen(): void {
    if (this.#isClosed) throw this.closedError();
  }

  /** From now on there are no names. */
  close(): void {
    this.#isClosed = true;
  }

  /** What calls end with once the cache is closed. */
  closedError(): FramerailError {
    return new FramerailError({
      code: 'E_CACHE_CLOSED',
      message: `The cache ${this.#cacheName} is closed`,
    });
  }
}
