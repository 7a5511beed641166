export type { PoolOptions } from './workers/pool-options.js';
export { type ThreadOptions, threads } from './workers/thread-runner.js';
