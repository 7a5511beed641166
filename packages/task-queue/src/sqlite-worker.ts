// The program of the threads that write a queue's file and renew its leases: importing it is all that it takes.
// Anywhere else it does nothing.
import { serveRenewal } from './engines/sqlite/serve-renewal.js';
import { serveStore } from './engines/sqlite/store-thread.js';

/** Whether this thread is one of a queue's file. */
export const isStoreThread: boolean = serveStore() || serveRenewal();
