import { expectInteger, expectObject, FramerailError, invalidArgument } from '@framerail/lifecycle';
import type { FrameDescription } from '../leases/pooled-frame.js';

/** The part of a `MessagePort` that is used, in Node as in browsers. */
export interface ReturnPort {
  /** Sends. */
  postMessage(message: unknown, transfer: readonly unknown[]): void;
  /** Closes both ends. */
  close(): void;
}

/**
 * How memory gets to another thread. `moved`: its ArrayBuffer is transferred, without a copy, and comes back the same
 * way. `shared`: it is a SharedArrayBuffer, and both threads see it. `copied`: neither is possible, so a copy goes.
 */
export type Passage = 'moved' | 'shared' | 'copied';

/** `MessagePort` as the program's own types have it: Node's, or a browser's. */
export type PlatformPort = typeof globalThis extends {
  MessageChannel: new () => { readonly port1: infer Port };
}
  ? Port
  : ReturnPort;

/** A lease on its way to another thread: to be posted once, with its `transfer` list. */
export interface LeaseTransfer {
  /** What `receiveLease` takes on the other side. */
  readonly message: LeaseMessage;
  /** What has to be transferred with it. */
  readonly transfer: (ArrayBuffer | PlatformPort)[];
  /**
   * Brings the memory home if the message wasn't posted, or was posted to a worker that had ended. Does nothing if it is
   * on its way, or when called twice.
   */
  cancel(): void;
  /**
   * Waits no longer for memory of a pool of this thread: its bytes go back to the budget, the memory is never lent again.
   * Node does it by itself when the other thread ends; browsers don't tell of that, so whoever ends a worker there calls
   * this. Does nothing when the memory is home, or called twice.
   */
  giveUp(): void;
}

/** What travels. Nested in another message, it needs the same `transfer` list. */
export interface LeaseMessage {
  /** Tells it from other messages. */
  readonly type: 'framerail-lease';
  /** The version of this message. */
  readonly version: number;
  /** The memory, of at least `byteLength` bytes. */
  readonly memory: Uint8Array;
  /** How it travels. */
  readonly passage: Passage;
  /** Bytes that were asked for. */
  readonly byteLength: number;
  /** Whether its release records its place, as those of pools with `leakDetection: 'full'` do. */
  readonly recordsReleases?: boolean | undefined;
  /** Where the memory goes back through. */
  readonly port: ReturnPort;
  /** What it is, if a frame was sent. */
  readonly frame?: FrameDescription | undefined;
}

/** The version of {@link LeaseMessage} that this package sends and takes. */
export const MESSAGE_VERSION = 1;

const PASSAGES: readonly unknown[] = ['moved', 'shared', 'copied'] satisfies readonly Passage[];

/** Not by instanceof: what comes out of a port may be of another realm than this module, such as a vm context. */
export function isBytes(value: unknown): value is Uint8Array {
  return Object.prototype.toString.call(value) === '[object Uint8Array]';
}

/** Takes only what `transferLease` made and a port has carried. */
export function expectLeaseMessage(value: unknown): LeaseMessage {
  const message = expectObject('message', value as LeaseMessage, 'a message of transferLease');
  const { type, version, memory, passage, byteLength, port } = message;
  if (type !== 'framerail-lease')
    throw invalidArgument('message.type', 'framerail-lease, as in a message of transferLease', type);
  if (version !== MESSAGE_VERSION)
    throw new FramerailError({
      code: 'E_LEASE_MESSAGE_VERSION',
      message: `Expected a lease message of version ${MESSAGE_VERSION} but received ${String(version)}; use one version of @framerail/buffer-pool in all threads`,
      details: { expected: MESSAGE_VERSION, received: version },
    });
  if (!PASSAGES.includes(passage))
    throw invalidArgument('message.passage', 'moved, shared or copied', passage);
  if (!isBytes(memory)) throw invalidArgument('message.memory', 'a Uint8Array', memory);
  if (memory.byteLength === 0)
    throw invalidArgument('message.memory', 'memory that has not been posted on from here', memory);
  expectInteger('message.byteLength', byteLength, { min: 1, max: memory.byteLength });
  if (typeof port?.postMessage !== 'function' || typeof port.close !== 'function')
    throw invalidArgument('message.port', 'a MessagePort that was in the transfer list', port);
  return message;
}
