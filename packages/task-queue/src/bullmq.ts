export { bullmq } from './engines/bullmq/bullmq-engine.js';
export type { BullmqOptions, ConnectionOptions } from './engines/bullmq/bullmq-options.js';
