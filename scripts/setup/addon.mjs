import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { addonTarget } from '../workspace/addon.mjs';
import { findCommand } from '../workspace/commands.mjs';
import { fingerprint, isStamped, stamp, unstamp } from '../workspace/fingerprint.mjs';
import { isAtLeast } from '../workspace/node.mjs';
import { ROOT } from '../workspace/packages.mjs';
import { inSeconds, run } from './command.mjs';

const STAMP = 'addon';
const NATIVE = join(ROOT, 'native');

const WITHOUT =
  'everything works without the addon, but conversions then run on the GPU or in plain JavaScript (many times slower ' +
  "on the CPU), and frames reach ffmpeg through Node's stream (about half as fast)";

/**
 * Builds the addon with cargo and puts it where the loader looks, for this platform.
 * @param {import('./report.mjs').Report} report
 */
export async function buildAddon(report) {
  if (process.env['FRAMERAIL_NATIVE'] === 'off')
    return report.done('addon', 'left alone: FRAMERAIL_NATIVE=off');
  const cargo = findCommand('cargo');
  if (cargo === undefined)
    return leaveOut(report, `there is no cargo; ${WITHOUT}. Rust's installer brings it`);

  // Through spawnSync in native/, because a rustup override there may choose another toolchain.
  const version = /\d+\.\d+\.\d+/.exec(
    spawnSync('rustc', ['--version'], { cwd: NATIVE, encoding: 'utf8' }).stdout ?? '',
  )?.[0];
  const minimum =
    /rust-version = "([\d.]+)"/.exec(readFileSync(join(NATIVE, 'Cargo.toml'), 'utf8'))?.[1] ?? '0';
  if (version === undefined || !isAtLeast(version, minimum)) {
    return leaveOut(
      report,
      `expected Rust ${minimum} or later but found ${version ?? 'no rustc'}; ${WITHOUT}`,
    );
  }

  const target = addonTarget();
  const sources = ['Cargo.toml', 'Cargo.lock', 'crates', '.cargo', 'rust-toolchain.toml'].map((path) =>
    join(NATIVE, path),
  );
  const inputs = fingerprint(sources, [version, process.env['RUSTFLAGS'] ?? '']);
  if (existsSync(target) && isStamped(STAMP, inputs)) return report.done('addon', 'up to date');

  report.begin('addon', 'building with cargo');
  unstamp(STAMP);
  const result = await run(
    cargo,
    ['build', '--release', '--package', 'framerail-addon', '--message-format', 'json-render-diagnostics'],
    { cwd: NATIVE, keepStdout: true },
  );
  const library = result.ok ? builtLibrary(result.stdout) : undefined;
  if (library === undefined) return leaveOut(report, `the build failed; ${WITHOUT}:\n${result.tail}`);
  mkdirSync(dirname(target), { recursive: true });
  // Renamed over the old one: a process that has it loaded keeps its file.
  copyFileSync(library, `${target}.new`);
  renameSync(`${target}.new`, target);
  stamp(STAMP, inputs);
  report.done('addon', `built ${inSeconds(result.seconds)} with Rust ${version}`);
}

/**
 * In CI a machine that can't build the addon is broken; anywhere else the packages do without.
 * @param {import('./report.mjs').Report} report
 * @param {string} reason
 */
function leaveOut(report, reason) {
  if (process.env['CI'] === 'true') throw new Error(`no addon: ${reason}`);
  report.warn('addon', `left out: ${reason}`);
}

/**
 * @param {string} messages cargo's messages, one JSON object a line
 * @returns {string | undefined} path of the addon's shared library
 */
export function builtLibrary(messages) {
  for (const line of messages.split('\n')) {
    if (!line.startsWith('{')) continue;
    const message = JSON.parse(line);
    if (message.reason !== 'compiler-artifact' || !message.target.kind.includes('cdylib')) continue;
    return message.filenames.find((/** @type {string} */ path) => /\.(so|dylib|dll)$/.test(path));
  }
  return undefined;
}
