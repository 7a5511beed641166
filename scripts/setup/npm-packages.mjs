import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { platformFolder } from '../workspace/addon.mjs';
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
  const startedMs = Date.now();
  await withoutDownload(async (env) => {
    // The tools are dev dependencies; NODE_ENV=production would leave them out.
    const { ok, tail } = await run('npm', ['ci', '--include=dev', '--loglevel=error'], { cwd: ROOT, env });
    if (!ok) throw new Error(`npm ci failed:\n${tail}`);
    await addSkippedPackages(env);
  });
  // Throws with what to do when npm was told to run no install scripts and this Node is too old.
  const node = projectNode();
  stamp(STAMP, inputs);
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  report.done(
    'packages',
    `installed ${inSeconds((Date.now() - startedMs) / 1000)}, scripts run on Node ${version}`,
  );
}

/**
 * npm leaves out optional packages that don't support the Node it runs on, and those are what the tools are made of
 * on this platform. The Node that will run them is installed by now, so npm goes over it once more on that one.
 * @param {NodeJS.ProcessEnv} env
 */
async function addSkippedPackages(env) {
  if (skippedPackages().length === 0) return;
  const npm = npmScript();
  const args = ['install', '--no-save', '--include=dev', '--loglevel=error'];
  const result = npm && (await run(projectNode(), [npm, ...args], { cwd: ROOT, env }));
  const left = skippedPackages();
  if (left.length > 0) throw new Error(`npm left out ${left.join(', ')}${result ? `:\n${result.tail}` : ''}`);
}

/** The PATH without node_modules, which npm empties while it runs: its Node must not be the one in there. */
function pathOutside() {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.filter((folder) => !folder.startsWith(join(ROOT, 'node_modules'))).join(delimiter);
}

/** Paths of the packages for this platform that the lock file has and node_modules hasn't. */
function skippedPackages() {
  const libc = platformFolder().endsWith('-musl') ? 'musl' : 'glibc';
  return Object.entries(readLock().packages)
    .filter(([path, { os, cpu, libc: needs }]) => {
      if (!path.startsWith('node_modules/') || os === undefined || cpu === undefined) return false;
      const isOurs = os.includes(process.platform) && cpu.includes(process.arch);
      return isOurs && (needs === undefined || needs.includes(libc)) && !existsSync(join(ROOT, path));
    })
    .map(([path]) => path);
}

/** @returns {{ packages: Record<string, { os?: string[], cpu?: string[], libc?: string[] }> }} */
function readLock() {
  return JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
}

/** npm's own script, to be run on another Node than the one that npm's command starts. */
function npmScript() {
  const running = process.env['npm_execpath'];
  if (running?.endsWith('npm-cli.js')) return running;
  const command = findCommand('npm');
  const script = command && realpathSync(command);
  return script?.endsWith('.js') ? script : undefined;
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
 * @param {(env: NodeJS.ProcessEnv) => Promise<void>} install
 */
async function withoutDownload(install) {
  const folder = join(tmpdir(), `framerail-setup-${process.pid}`);
  const standIn = process.env['FFMPEG_BIN'] ?? findCommand('ffmpeg') ?? join(folder, 'ffmpeg');
  try {
    mkdirSync(folder, { recursive: true });
    if (!existsSync(standIn)) writeFileSync(standIn, '');
    await install({ ...process.env, PATH: pathOutside(), FFMPEG_BIN: standIn });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
