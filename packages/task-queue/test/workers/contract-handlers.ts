// The handlers of the contract suite, for workers.
import { taskRunnerHandlers } from '../../src/testing.js';

export default taskRunnerHandlers();
