export { object } from './tiers/object/object.js';
export type { ObjectTierOptions } from './tiers/object/object-options.js';
