export { EXIT_CODE_MEANINGS, EXIT_CODES, type ExitCodeDescription, exitCodeFor } from './exit/exit-codes.js';
export { main } from './main.js';
