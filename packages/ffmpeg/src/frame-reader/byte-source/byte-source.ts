import type { Readable } from 'node:stream';

/** What brings a child's output into memory. */
export interface ByteSource {
  /** `pipe` is the addon's, filled off the event loop; `stream` is Node's. */
  readonly transport: 'pipe' | 'stream';
  /** What the child gets as its stdout. */
  readonly childStdout: 'pipe' | number;
  /** To be called once the child was started, also if that failed. */
  attach(stdout: Readable | null): void;
  /** Fills all of the memory; fewer bytes only at the end. Rejects after {@link close}. One call at a time. */
  read(target: Uint8Array): Promise<number>;
  /** Bytes that have come so far, those of an unfinished read included where they are known. */
  bytesRead(): number;
  /** Milliseconds spent waiting for the child while memory was there for it. */
  waitingMs(): number;
  /** Stops reading; a child that goes on writing gets EPIPE. Harmless when called twice. */
  close(): void;
}
