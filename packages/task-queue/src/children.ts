export { type ChildOptions, children } from './workers/child-runner.js';
export type { PoolOptions } from './workers/pool-options.js';
