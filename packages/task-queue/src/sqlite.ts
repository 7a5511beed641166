export { type SqliteOptions, sqlite } from './engines/sqlite/sqlite-engine.js';
