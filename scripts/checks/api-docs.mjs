import { runTool } from './tool.mjs';

/** TypeDoc over all packages, into docs/api, which git ignores; a warning is a failure. */
export const checkApiDocs = () => runTool('typedoc', ['--options', 'typedoc.json']);
