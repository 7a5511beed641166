// The program of the thread that renews leases in Redis: importing it is all that it takes. Anywhere else it does nothing.
import { serveRenewal } from './engines/bullmq/serve-renewal.js';

/** Whether this thread is one that renews leases in Redis. */
export const isRenewalThread: boolean = serveRenewal();
