import type { FrameDescription } from '../leases/pooled-frame.js';

/** The part of a `MessagePort` that is used, in Node as in browsers. */
export interface ReturnPort {
  /** Sends. */
  postMessage(message: unknown, transfer: readonly unknown[]): void;
  /** Closes both ends. */
  close(): void;
}

/** A lease on its way to another thread: to be posted once, with its `transfer` list. */
export interface LeaseTransfer {
  /** What `receiveLease` takes on the other side. */
  readonly message: LeaseMessage;
  /** What has to be transferred with it. */
  readonly transfer: readonly (ArrayBuffer | ReturnPort)[];
}

/** What travels. */
export interface LeaseMessage {
  /** Tells it from other messages. */
  readonly type: 'framerail-lease';
  /** The version of this message. */
  readonly version: number;
  /** The memory, of at least `byteLength` bytes. */
  readonly memory: Uint8Array;
  /** Bytes that were asked for. */
  readonly byteLength: number;
  /** Where the memory goes back through. */
  readonly port: ReturnPort;
  /** What it is, if a frame was sent. */
  readonly frame?: FrameDescription | undefined;
}
