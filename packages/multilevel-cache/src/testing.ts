export {
  type ByteTierContractOptions,
  type ByteTierRequest,
  byteTierContract,
} from './contract/byte-tier-contract.js';
export type { ContractCase } from './contract/contract-case.js';
export { type EvictionContractOptions, evictionContract } from './contract/eviction-contract.js';
