import type { AwayBlock } from '../leases/away-block.js';
import { isBytes, type Passage, type ReturnPort } from './lease-message.js';

/** The part of a `MessagePort` that listens. */
interface ListeningPort extends ReturnPort {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: () => void): void;
  start(): void;
  /** Node's alone. */
  unref?(): void;
}

/** The way home of one block. */
export interface ReturnPath {
  /** The other end, to be sent along. */
  readonly port: ReturnPort;
  /** Waits no longer: nothing that comes by it from now on is taken. */
  giveUp(): void;
}

/**
 * Opens the way by which a block comes home. A port of its own tells what becomes of each block: in Node it closes when
 * the thread at the other end ends, or when its message is dropped unread.
 */
export function openReturnPath(away: AwayBlock, passage: Passage): ReturnPath {
  const { port1, port2 } = new MessageChannel();
  const home = port1 as unknown as ListeningPort;
  // After it came home this does nothing. Of a copy the original never left.
  const giveUp = (): void => {
    if (passage === 'copied') away.comeHome(away.memory);
    else away.giveUp();
    home.close();
  };
  home.addEventListener('message', ({ data }) => {
    const memory = passage === 'moved' ? (data as { memory?: unknown } | null)?.memory : away.memory;
    if (isBytes(memory)) away.comeHome(memory);
    giveUp();
  });
  whenClosed(home, giveUp);
  home.start();
  // Memory that is away doesn't keep a process alive that has nothing else to do.
  home.unref?.();
  return { port: port2 as unknown as ReturnPort, giveUp };
}

/** Calls back when a port is closed from its other end, where the platform tells of it. */
export function whenClosed(port: ReturnPort, callback: () => void): void {
  const { addEventListener } = port as Partial<ListeningPort>;
  addEventListener?.call(port, 'close', callback);
}
