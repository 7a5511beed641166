export type { BackendPlan, FrameBackend } from './backends/backend.js';
export {
  type BackendContractOptions,
  backendContract,
  type ContractCase,
} from './contract/backend-contract.js';
