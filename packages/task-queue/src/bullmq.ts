export { bullmq } from './engines/bullmq/bullmq-engine.js';
export type { BullmqOptions } from './engines/bullmq/bullmq-options.js';
