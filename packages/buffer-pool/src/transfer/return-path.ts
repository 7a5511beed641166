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

/**
 * Opens the way by which a block comes home. A port of its own tells what becomes of each block: it closes when the
 * thread at the other end ends (in browsers that have the event), or when its message is dropped unread.
 *
 * @returns the other end, to be sent along
 */
export function openReturnPath(away: AwayBlock, passage: Passage): ReturnPort {
  const { port1, port2 } = new MessageChannel();
  const home = port1 as unknown as ListeningPort;
  home.addEventListener('message', ({ data }) => {
    const memory = passage === 'moved' ? (data as { memory?: unknown } | null)?.memory : away.memory;
    if (isBytes(memory)) away.comeHome(memory);
    else away.giveUp();
    home.close();
  });
  // After a message this does nothing. Of a copy the original never left.
  home.addEventListener('close', () => (passage === 'copied' ? away.comeHome(away.memory) : away.giveUp()));
  home.start();
  // Memory that is away doesn't keep a process alive that has nothing else to do.
  home.unref?.();
  return port2 as unknown as ReturnPort;
}
