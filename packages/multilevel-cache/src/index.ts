export type { EvictionOptions, EvictionPolicy, OnEvict } from './eviction/eviction-policy.js';
export { lru } from './eviction/lru.js';
export { sieve } from './eviction/sieve.js';
