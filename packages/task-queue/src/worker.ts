export { isTaskWorker } from './workers/worker-program.js';
