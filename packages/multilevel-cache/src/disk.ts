export { disk } from './tiers/disk/disk.js';
export type { DiskDurability, DiskTierOptions } from './tiers/disk/disk-options.js';
