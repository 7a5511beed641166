export type { Allocator } from './allocators/allocator.js';
export {
  allocatorContract,
  type BytesContractOptions,
  type ContractOptions,
} from './contract/allocator-contract.js';
export type { ContractCase } from './contract/contract-case.js';
export { bytesProbe, type MemoryProbe } from './contract/memory-probe.js';
