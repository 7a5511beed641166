export type { ContractCase } from '@framerail/lifecycle/testing';
export {
  type ByteTierContractOptions,
  type ByteTierRequest,
  byteTierContract,
} from './contract/byte-tier-contract.js';
export { type EvictionContractOptions, evictionContract } from './contract/eviction-contract.js';
