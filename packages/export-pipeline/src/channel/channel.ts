import type { Clock } from '@framerail/lifecycle';

/** Options of `createChannel`. Both limits are required: nothing in Framerail is unbounded by default. */
export interface ChannelOptions<T> {
  /** Name for errors and reports, such as `decode to render`. */
  readonly name: string;
  /** Items that may lie in the channel, 1 or more. */
  readonly maxItems: number;
  /** Bytes that may lie in the channel, 1 or more; an item that is larger by itself is refused. */
  readonly maxBytes: number;
  /** Bytes that an item counts for, 0 or more; asked once an item. */
  readonly sizeOf: (item: T) => number;
  /** Gets every item that was sent and will never be received, once, to dispose it. Must not throw. */
  readonly onDrop?: (item: T) => void;
  /** What measures waits; default the system's monotonic clock. */
  readonly clock?: Clock;
}

/** How long a `send` or `receive` may wait. */
export interface ChannelWaitOptions {
  /** Ends the wait. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait for the other side; default for ever, 0 gives up at once. */
  readonly timeoutMs?: number | undefined;
}

/** What a channel holds and how long its sides have waited. An immutable snapshot. */
export interface ChannelStats {
  /** As given. */
  readonly name: string;
  /** `closed`: nothing more can be sent, what lies in it can be received; `ended`: that is done; `failed`: both sides reject. */
  readonly state: 'open' | 'closed' | 'ended' | 'failed';
  /** Items that lie in the channel now. */
  readonly items: number;
  /** Their bytes. */
  readonly bytes: number;
  /** The most items that ever lay in it. */
  readonly highWaterItems: number;
  /** The most bytes that ever lay in it. */
  readonly highWaterBytes: number;
  /** Items that were received so far. */
  readonly received: number;
  /** Items that went to `onDrop` so far. */
  readonly dropped: number;
  /** Milliseconds that senders have waited, all together and up to now. */
  readonly sendWaitMs: number;
  /** Milliseconds that receivers have waited, all together and up to now. */
  readonly receiveWaitMs: number;
  /** Senders that wait for room now. */
  readonly sendersWaiting: number;
  /** Receivers that wait for an item now. */
  readonly receiversWaiting: number;
}

/**
 * A first-in-first-out line between two tasks, bounded by items and by bytes: whoever is faster waits.
 * Any number of senders and receivers may use it; each side is served in the order in which it came.
 */
export interface Channel<T> extends AsyncIterable<T> {
  /** As given. */
  readonly name: string;
  /**
   * Gives an item away, waiting until it fits behind those that wait already. The channel owns the item from
   * the call on, also when the call fails: then `onDrop` gets it.
   *
   * @throws FramerailError `E_CHANNEL_CLOSED` after `close`, `E_CHANNEL_ITEM_TOO_LARGE` if it can never fit,
   *   `E_TIMEOUT`, `E_ABORTED`, or whatever `fail` was given
   */
  send(item: T, options?: ChannelWaitOptions): Promise<void>;
  /**
   * Takes the oldest item, waiting for one; the receiver owns it.
   *
   * @returns the item, or `done` once the channel is closed and empty
   * @throws FramerailError `E_TIMEOUT`, `E_ABORTED`, or whatever `fail` was given
   */
  receive(options?: ChannelWaitOptions): Promise<IteratorResult<T, undefined>>;
  /** Says that nothing more will be sent. What was sent, also by those who still wait, can be received. Harmless when called twice. */
  close(): void;
  /**
   * Breaks the channel: all who wait and all later calls reject with the error, and what lies in it is
   * dropped. The first failure stays; a channel that has ended stays ended.
   */
  fail(error: unknown): void;
  /** A snapshot. */
  stats(): ChannelStats;
  /** Receives until the end. Leaving the loop early fails the channel with `E_CHANNEL_CLOSED`, so that no sender waits for a receiver that has gone. */
  [Symbol.asyncIterator](): AsyncIterator<T, undefined>;
}
