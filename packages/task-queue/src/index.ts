export { type MemoryOptions, memory } from './engines/memory/memory-engine.js';
export type {
  AddOutcome,
  ClaimRequest,
  EngineEvents,
  EngineLimits,
  NewTask,
  PauseState,
  PruneRequest,
  RatePermit,
  ScheduleRecord,
  Settlement,
  SettleOutcome,
  TaskCounts,
  TaskEngine,
  TaskLease,
  TaskQuery,
} from './engines/task-engine.js';
export { createLeaseKeeper, type LeaseKeeperOptions } from './leases/create-lease-keeper.js';
export type { LeaseKeeper, LeaseKeeperEvents, RenewLeases } from './leases/lease-keeper.js';
export type { LeaseRenewal } from './leases/lease-renewal.js';
export { type LeaseRenewer, serveLeaseKeeper } from './leases/serve-lease-keeper.js';
export {
  laneTagAfter,
  MAX_GROUPS_COUNTED,
  PRIORITY_STEP,
  placeOf,
  type Served,
  type Turn,
  tagOf,
} from './order/fair-order.js';
export {
  type AnyResource,
  defineResource,
  type FilledResourceOptions,
  type LoadContext,
  type ResourceDefinition,
  type ResourceOptions,
} from './resources/resource-definition.js';
export type { ResourceStats } from './resources/resource-stats.js';
export { MAX_FAILURES, type TaskCost, type TaskFailure, type TaskRecord } from './task/task-record.js';
export { isFinal, TASK_STATES, type TaskState } from './task/task-state.js';
export { type InProcessOptions, type InProcessRunner, inProcess } from './workers/in-process-runner.js';
export {
  type AnyHandler,
  defineHandlers,
  type HandlerSet,
  type TaskContext,
  type TaskHandler,
  type TaskInfo,
} from './workers/task-handler.js';
export type { RunnerResources, RunnerStats, TaskRun, TaskRunner } from './workers/task-runner.js';
