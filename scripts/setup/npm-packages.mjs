import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findCommand } from '../workspace/commands.mjs';
import { fingerprint, isStamped, stamp, unstamp } from '../workspace/fingerprint.mjs';
import { projectNode } from '../workspace/node.mjs';
import { ROOT } from '../workspace/packages.mjs';
import { inSeconds, run } from './command.mjs';

const STAMP = 'npm-packages';

/**
 * `npm ci` when the lock file changed since the last one, or when what it installed is gone.
 * @param {import('./report.mjs').Report} report
 */
export async function installNpmPackages(report) {
  const inputs = fingerprint([join(ROOT, 'package-lock.json')], [process.platform, process.arch]);
  const isThere = existsSync(join(ROOT, 'node_modules/.package-lock.json')) && hasProjectNode();
  if (isThere && isStamped(STAMP, inputs)) return report.done('packages', 'npm packages are up to date');

  report.begin('packages', 'installing npm packages');
  unstamp(STAMP);
  const { ok, tail, seconds } = await withoutDownload((env) =>
    run('npm', ['ci', '--loglevel=error'], { cwd: ROOT, env }),
  );
  if (!ok) throw new Error(`npm ci failed:\n${tail}`);
  // Throws with what to do when npm was told to run no install scripts and this Node is too old.
  const node = projectNode();
  stamp(STAMP, inputs);
  report.done(
    'packages',
    `installed ${inSeconds(seconds)}, scripts run on ${node === process.execPath ? 'this Node' : "npm's node 24"}`,
  );
}

function hasProjectNode() {
  try {
    return projectNode() !== '';
  } catch {
    return false;
  }
}

/**
 * `ffmpeg-static` downloads 80 MB when it is installed, from a host that may never answer, which would hold up
 * everything: so it is told that its file is there (`FFMPEG_BIN`), and the set-up downloads it later, with a time
 * limit, where nothing else brings ffmpeg.
 * @template T
 * @param {(env: NodeJS.ProcessEnv) => Promise<T>} install
 */
async function withoutDownload(install) {
  const folder = join(tmpdir(), `framerail-setup-${process.pid}`);
  const standIn = process.env['FFMPEG_BIN'] ?? findCommand('ffmpeg') ?? join(folder, 'ffmpeg');
  try {
    mkdirSync(folder, { recursive: true });
    if (!existsSync(standIn)) writeFileSync(standIn, '');
    return await install({ ...process.env, FFMPEG_BIN: standIn });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
