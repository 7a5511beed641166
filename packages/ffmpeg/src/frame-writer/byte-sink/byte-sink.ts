import type { Writable } from 'node:stream';

/** What brings memory into a child's input. */
export interface ByteSink {
  /** `splice` and `write` are the addon's pipe, `stream` is Node's. */
  readonly transport: 'splice' | 'write' | 'stream';
  /** What the child gets as its stdin. */
  readonly childStdin: 'pipe' | number;
  /** To be called once the child was started, also if that failed. */
  attach(stdin: Writable | null): void;
  /** Queues bytes; settles when the memory may be used again. Rejects when the child no longer reads, or after {@link abort}. */
  write(data: Uint8Array): Promise<void>;
  /** Ends the child's input once all that is queued was taken. */
  end(): Promise<void>;
  /** Drops what is queued and ends the input. Harmless when called twice. */
  abort(): void;
  /** Bytes that were taken so far. */
  bytesTaken(): number;
  /** Milliseconds spent waiting for the child while bytes were there for it. */
  waitingMs(): number;
}
