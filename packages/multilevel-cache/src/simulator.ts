export { beladyMisses } from './simulator/belady.js';
export { type LoadedTrace, type LoadTraceOptions, loadTrace } from './simulator/loaded-trace.js';
export {
  type PolicyOutcome,
  type SimulateOptions,
  type SimulationOutcome,
  type SizeOutcome,
  simulate,
} from './simulator/simulate.js';
export { formatTraceEvent, TRACE_HEADER } from './trace/formats/framerail.js';
export { type ReadTraceOptions, readTrace, type TraceReading } from './trace/read-trace.js';
export type { TraceBatches, TraceEvent } from './trace/trace-event.js';
export type { TraceFormatName } from './trace/trace-formats.js';
