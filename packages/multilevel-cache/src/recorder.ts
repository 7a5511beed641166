export { type TraceFileOptions, traceFile } from './recorder/trace-file.js';
export type { TraceSink } from './recorder/trace-sink.js';
