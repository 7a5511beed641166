export type { ContractCase } from '@framerail/lifecycle/testing';
export type { BackendPlan, FrameBackend } from './backends/backend.js';
export { type BackendContractOptions, backendContract } from './contract/backend-contract.js';
