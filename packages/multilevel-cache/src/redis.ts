export type { IoRedisClient } from './tiers/redis/links/io-redis-link.js';
export type { NodeRedisClient } from './tiers/redis/links/node-redis-link.js';
export { redis } from './tiers/redis/redis.js';
export type { RedisPolicy, RedisTierOptions } from './tiers/redis/redis-options.js';
