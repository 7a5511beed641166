export type { ContractCase } from '@framerail/lifecycle/testing';
export type { Allocator } from './allocators/allocator.js';
export {
  allocatorContract,
  type BytesContractOptions,
  type ContractOptions,
} from './contract/allocator-contract.js';
export { bytesProbe, type MemoryProbe } from './contract/memory-probe.js';
export type { AnyLease } from './contract/pool-case.js';
export { type PoolContractOptions, poolContract } from './contract/pool-contract.js';
export type { MemoryPool } from './pool/buffer-pool.js';
