/**
 * What a record is made of, in the order in which scripts give it; the failures come after them. Names without a prefix are
 * BullMQ's own fields of a job, with BullMQ's meaning.
 */
export const RECORD_FIELDS = [
  'name',
  'f:lane',
  'f:group',
  'f:key',
  'data',
  'f:priority',
  'f:reserve',
  'f:state',
  'f:after',
  'f:attempts',
  'f:maxAttempts',
  'timestamp',
  'f:notBefore',
  'processedOn',
  'finishedOn',
  'returnvalue',
  'progress',
  'f:owner',
  'f:token',
  'f:lease',
  'f:cancel',
] as const;

/** Where BullMQ looks for jobs of our states. */
export const BULL_SETS = {
  blocked: 'waiting-children',
  delayed: 'delayed',
  waiting: 'prioritized',
  active: 'active',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'failed',
} as const;

/** Events that BullMQ's listeners can hear are kept until there are about so many. */
export const MAX_EVENTS = 10_000;
