export type { CapacityShortage } from './admission/admission.js';
export type { AdmissionOptions, CapacityLimits, CapacityPart } from './admission/admission-options.js';
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
export type { Flow, FlowNode } from './flow/flow-graph.js';
export type { TaskHandle } from './handle/task-handle.js';
export type { LaneOptions, RateLimit } from './lanes/lane-options.js';
export { createLeaseKeeper, type LeaseKeeperOptions } from './leases/create-lease-keeper.js';
export type { LeaseKeeper, LeaseKeeperEvents, RenewLeases } from './leases/lease-keeper.js';
export type { LeaseRenewal } from './leases/lease-renewal.js';
export { type LeaseRenewer, serveLeaseKeeper } from './leases/serve-lease-keeper.js';
export type { Explanation, Hindrance } from './observation/explanation.js';
export type { GroupStats, LaneStats, QueueStats, TimesStats } from './observation/queue-stats.js';
export { snapshotOf, type TaskSnapshot } from './observation/task-snapshot.js';
export {
  laneTagAfter,
  MAX_GROUPS_COUNTED,
  PRIORITY_STEP,
  placeOf,
  type Served,
  type Turn,
  tagOf,
} from './order/fair-order.js';
export type { AddOptions, BulkTask } from './queue/add-options.js';
export { createQueue } from './queue/create-queue.js';
export type { CapacityOffer, DefineOptions, SmallerTask } from './queue/define-options.js';
export type { AttemptEvent, QueueEvents, TaskEvent } from './queue/queue-events.js';
export type { QueueOptions } from './queue/queue-options.js';
export type { Keep, RetentionOptions } from './queue/retention.js';
export type { RetryOptions } from './queue/retry-options.js';
export type { ListQuery, TaskQueue, TaskReference } from './queue/task-queue.js';
export {
  type AnyResource,
  defineResource,
  type FilledResourceOptions,
  type LoadContext,
  type ResourceDefinition,
  type ResourceOptions,
} from './resources/resource-definition.js';
export type { ResourceStats } from './resources/resource-stats.js';
export type { RepeatOptions, ScheduleSnapshot } from './schedule/repeat-options.js';
export type { Timing } from './schedule/timing.js';
export { MAX_FAILURES, type TaskCost, type TaskFailure, type TaskRecord } from './task/task-record.js';
export { isFinal, TASK_STATES, type TaskState } from './task/task-state.js';
export type { AttemptEnd } from './workers/attempt.js';
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
