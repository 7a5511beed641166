import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import type { LeaseMessage, LeaseTransfer } from '../../src/index.js';

/** What arrives when a transfer is posted; by a real port, though in one thread. */
export function carry({ message, transfer }: LeaseTransfer): LeaseMessage {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(message, transfer);
  const arrived = receiveMessageOnPort(port2)?.message;
  port1.close();
  return arrived;
}
