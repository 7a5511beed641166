export type { ContractCase } from '@framerail/lifecycle/testing';
export { taskRunnerHandlers } from './contract/runner-handlers.js';
export { type TaskEngineContractOptions, taskEngineContract } from './contract/task-engine-contract.js';
export { type TaskRunnerContractOptions, taskRunnerContract } from './contract/task-runner-contract.js';
export type { TaskEngine } from './engines/task-engine.js';
