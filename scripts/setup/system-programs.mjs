import { join } from 'node:path';
import { findFfmpegTool } from '../workspace/commands.mjs';
import { projectNode } from '../workspace/node.mjs';
import { ROOT } from '../workspace/packages.mjs';
import { inSeconds, run } from './command.mjs';
import { canUseApt, installCommand, installWithApt } from './package-managers.mjs';
import { PROGRAMS } from './programs.mjs';

/** An 80 MB download; a host that doesn't answer must not hold up the set-up for longer. */
const DOWNLOAD_LIMIT_MS = 180_000;

/**
 * Finds the programs that the project needs from the system, and installs with apt what is missing where it may;
 * elsewhere it prints the one command that does.
 * @param {import('./report.mjs').Report} report
 * @param {import('./programs.mjs').Purpose} purpose
 */
export async function installSystemPrograms(report, purpose) {
  const needed = PROGRAMS.filter((program) => program.purposes.includes(purpose));
  const missing = () => needed.filter((program) => !program.isThere());

  if (missing().length > 0 && canUseApt()) await installMissing(report, missing());
  if (missing().some((program) => program.name === 'ffmpeg')) await downloadFfmpeg(report);

  report.done('ffmpeg', describeFfmpeg());
  for (const program of missing()) report.warn(program.name, `not found: ${program.without}`);
  const command = installCommand(missing());
  if (command !== undefined) report.warn('', `this installs what is missing: ${command}`);
}

/**
 * @param {import('./report.mjs').Report} report
 * @param {import('./programs.mjs').Program[]} programs
 */
async function installMissing(report, programs) {
  const names = [...new Set(programs.flatMap((program) => program.packages.apt))];
  if (names.length === 0) return;
  report.begin('system', `installing ${names.join(' ')} with apt`);
  const result = await installWithApt(names);
  if (result.ok) report.done('system', `installed ${inSeconds(result.seconds)}`);
  else report.warn('system', `apt could not install all of it:\n${result.tail}`);
}

/** @param {import('./report.mjs').Report} report */
async function downloadFfmpeg(report) {
  const script = join(ROOT, 'node_modules/ffmpeg-static/install.js');
  report.begin('ffmpeg', "downloading ffmpeg with npm's ffmpeg-static");
  const result = await run(projectNode(), [script], { timeoutMs: DOWNLOAD_LIMIT_MS });
  if (result.ok) return;
  const lines = result.tail.split('\n');
  const why = lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? '';
  report.warn(
    'ffmpeg',
    result.timedOut ? 'the download took too long' : `the download failed: ${why.trim()}`,
  );
}

function describeFfmpeg() {
  const tools = /** @type {const} */ (['ffmpeg', 'ffprobe']).map(
    (name) => findFfmpegTool(name)?.path ?? `no ${name}`,
  );
  return tools.join(', ');
}
