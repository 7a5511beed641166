export { sqlite } from './engines/sqlite/sqlite-engine.js';
export type { SqliteOptions } from './engines/sqlite/sqlite-options.js';
