import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { addonPath, platformFolder } from '../workspace/addon.mjs';
import { findCommand, findFfmpegTool } from '../workspace/commands.mjs';
import { findVersitygw } from '../workspace/versitygw.mjs';
import { findSoftwareGpu } from './software-gpu.js';

/** What tests may ask for; any other name is looked for as a command on the PATH. */
export type ProgramName =
  | 'ffmpeg'
  | 'ffprobe'
  | 'webgpu'
  | 'chromium'
  | 'addon'
  | 'cc'
  | 'versitygw'
  | 'redis-server'
  | (string & {});

/** What came of looking for a program. */
export interface Finding {
  found: boolean;
  /** Why it counts as missing; empty when it was found. */
  reason: string;
}

const FOUND: Finding = { found: true, reason: '' };
const missing = (reason: string): Finding => ({ found: false, reason });

/** Names that differ from the command's. */
const COMMANDS: Record<string, readonly string[]> = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  cc: ['cc', 'gcc', 'clang'],
};

const findings = new Map<string, Finding>();

/** Looks for a program, once per process. */
export function lookFor(name: ProgramName): Finding {
  const known = findings.get(name);
  if (known !== undefined) return known;
  const finding = look(name);
  findings.set(name, finding);
  return finding;
}

function look(name: ProgramName): Finding {
  if (name === 'webgpu') return lookForWebGpu();
  if (name === 'addon') return lookForAddon();
  if (name === 'versitygw')
    return findVersitygw() ? FOUND : missing('Go and npm run setup install it (a server that speaks S3)');
  if (isFfmpegTool(name)) {
    const named = `FRAMERAIL_${name.toUpperCase()}`;
    return findFfmpegTool(name) ? FOUND : missing(`${name} is neither named by ${named} nor on the PATH`);
  }
  const commands = COMMANDS[name] ?? [name];
  return commands.some((command) => findCommand(command))
    ? FOUND
    : missing(`${commands.join(' or ')} is not on the PATH`);
}

function isFfmpegTool(name: string): name is 'ffmpeg' | 'ffprobe' {
  return name === 'ffmpeg' || name === 'ffprobe';
}

/** The addon counts when it loads, not when its file is there. */
function lookForAddon(): Finding {
  if (process.env['FRAMERAIL_NATIVE'] === 'off') return missing('FRAMERAIL_NATIVE=off turns it off');
  const path = addonPath();
  if (path === undefined)
    return missing(`no build for ${platformFolder()}: cargo and npm run setup make one`);
  try {
    createRequire(import.meta.url)(path);
    return FOUND;
  } catch (error) {
    return missing(`${path} does not load: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Asks for an adapter in a process of its own: a driver that crashes must not take the tests along. */
function lookForWebGpu(): Finding {
  const hardware = process.env['FRAMERAIL_TEST_ADAPTER'] === 'hardware';
  if (
    !hardware &&
    process.platform === 'linux' &&
    !process.env['VK_ICD_FILENAMES'] &&
    !process.env['VK_DRIVER_FILES']
  ) {
    if (findSoftwareGpu() === undefined)
      return missing("no SwiftShader: Debian's chromium and npm's @sparticuz/chromium carry it");
  }
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', ADAPTER_PROBE],
    {
      encoding: 'utf8',
      timeout: 60_000,
    },
  );
  if (status === 0 && stdout.trim() === 'adapter') return FOUND;
  const words = stderr.trim().split('\n').at(-1) ?? '';
  return missing(`WebGPU gives no ${hardware ? 'hardware ' : ''}adapter${words === '' ? '' : `: ${words}`}`);
}

// The instance is kept in a global: collecting it crashes.
const ADAPTER_PROBE = `
  import { create } from 'webgpu';
  globalThis.gpu = create([]);
  const adapter = await globalThis.gpu.requestAdapter();
  console.log(adapter ? 'adapter' : 'none');
  process.exit(0);
`;
