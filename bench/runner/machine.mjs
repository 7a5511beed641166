import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { findFfmpegTool } from '../../scripts/workspace/commands.mjs';
import { ROOT } from '../../scripts/workspace/packages.mjs';

/** The machine that a benchmark ran on. */
export function describeMachine() {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    os: operatingSystem(),
    kernel: release(),
    date: new Date().toISOString(),
  };
}

/** The versions of what takes part in every benchmark. */
export async function describeVersions() {
  const manifest = JSON.parse(
    readFileSync(join(ROOT, 'node_modules/@framerail/lifecycle/package.json'), 'utf8'),
  );
  return {
    framerail: manifest.version,
    node: process.versions.node,
    ffmpeg: ffmpegVersion(),
    addon: await addonVersion(),
  };
}

function operatingSystem() {
  if (!existsSync('/etc/os-release')) return platform();
  return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? platform();
}

function ffmpegVersion() {
  const tool = findFfmpegTool('ffmpeg');
  if (tool === undefined) return 'none';
  const { stdout } = spawnSync(tool.path, ['-version'], { encoding: 'utf8' });
  return /^ffmpeg version (\S+)/.exec(stdout ?? '')?.[1] ?? 'unknown';
}

async function addonVersion() {
  const { loadNative } = await import('@framerail/native');
  const native = loadNative();
  if (!native.available) return `none: ${native.reasons.join('; ')}`;
  return `${native.binding.version} (${native.binding.instructionSets().join(', ')})`;
}
