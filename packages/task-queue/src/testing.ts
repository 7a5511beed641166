export type { ContractCase } from '@framerail/lifecycle/testing';
export { type TaskEngineContractOptions, taskEngineContract } from './contract/task-engine-contract.js';
export type { TaskEngine } from './engines/task-engine.js';
