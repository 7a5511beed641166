export type { ContractCase } from '@framerail/lifecycle/testing';
export { TROUBLESOME_KEYS } from './contract/key-cases.js';
export { type ObjectStoreContractOptions, objectStoreContract } from './contract/object-store-contract.js';
export type { ObjectStore } from './store/object-store.js';
