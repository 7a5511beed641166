// What the project needs from the system, as data.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findCommand, findFfmpegTool } from '../workspace/commands.mjs';
import { findVersitygw } from '../workspace/versitygw.mjs';

/**
 * @typedef {'demo' | 'test' | 'bench' | 'everything'} Purpose
 * @typedef {'apt' | 'dnf' | 'pacman' | 'apk' | 'zypper' | 'brew' | 'winget'} PackageManager
 *
 * @typedef {object} Program
 * @property {string} name
 * @property {readonly Purpose[]} purposes what it is needed for
 * @property {() => boolean} isThere
 * @property {string} without what follows when it isn't there
 * @property {{ apt: readonly string[] } & Partial<Record<PackageManager, readonly string[]>>} packages
 */

const ALWAYS = /** @type {const} */ (['demo', 'test', 'bench', 'everything']);
const FFMPEG_PACKAGES = {
  apt: ['ffmpeg'],
  dnf: ['ffmpeg-free'],
  pacman: ['ffmpeg'],
  apk: ['ffmpeg'],
  zypper: ['ffmpeg'],
  brew: ['ffmpeg'],
  winget: ['Gyan.FFmpeg'],
};

/** @type {readonly Program[]} */
export const PROGRAMS = [
  {
    name: 'ffmpeg',
    purposes: ALWAYS,
    isThere: () => runs('ffmpeg'),
    without: 'nothing can be decoded or encoded. FRAMERAIL_FFMPEG names one that is not on the PATH',
    packages: FFMPEG_PACKAGES,
  },
  {
    name: 'ffprobe',
    purposes: ALWAYS,
    isThere: () => runs('ffprobe'),
    without: 'no file can be probed, so none exported. FRAMERAIL_FFPROBE names one that is not on the PATH',
    packages: FFMPEG_PACKAGES,
  },
  {
    name: 'linker',
    purposes: ALWAYS,
    isThere: () =>
      findCommand('cargo') === undefined || process.platform === 'win32' || findCommand('cc') !== undefined,
    without: 'cargo is there but cannot link the addon',
    packages: {
      apt: ['gcc', 'libc6-dev'],
      dnf: ['gcc'],
      pacman: ['gcc'],
      apk: ['gcc', 'musl-dev'],
      zypper: ['gcc'],
    },
  },
  {
    name: 'chromium',
    purposes: ['test', 'everything'],
    // Elsewhere WebGPU has a driver of the system, or npm's @sparticuz/chromium brings SwiftShader.
    isThere: () => process.platform !== 'linux' || !isDebian() || findCommand('chromium') !== undefined,
    without:
      "tests in a browser are left out, and those of the webgpu backend use npm's SwiftShader (x64 alone)",
    packages: { apt: ['chromium'] },
  },
  {
    name: 'go',
    purposes: ['test', 'everything'],
    isThere: () => findCommand('go') !== undefined || findVersitygw() !== undefined,
    without: 'the object store is not tested against a server that speaks S3',
    packages: {
      apt: ['golang-go'],
      dnf: ['golang'],
      pacman: ['go'],
      apk: ['go'],
      zypper: ['go'],
      brew: ['go'],
      winget: ['GoLang.Go'],
    },
  },
  {
    name: 'redis-server',
    purposes: ['test', 'everything'],
    isThere: () => process.platform === 'win32' || findCommand('redis-server') !== undefined,
    without: 'what keeps things in Redis is not tested',
    packages: {
      apt: ['redis-server'],
      dnf: ['redis'],
      pacman: ['redis'],
      apk: ['redis'],
      zypper: ['redis'],
      brew: ['redis'],
    },
  },
  {
    name: 'libyuv',
    purposes: ['bench', 'everything'],
    isThere: () => process.platform !== 'linux' || existsSync('/usr/include/libyuv.h'),
    without: 'the benchmark of conversions runs without its strongest peer',
    packages: { apt: ['libyuv-dev', 'gcc', 'libc6-dev'], dnf: ['libyuv-devel', 'gcc'] },
  },
  {
    name: 'swscale',
    purposes: ['bench', 'everything'],
    isThere: () => process.platform !== 'linux' || hasHeader('libswscale/swscale.h'),
    without: "the benchmark of conversions measures ffmpeg's swscale through its command, or not at all",
    packages: { apt: ['libswscale-dev', 'libavutil-dev'], dnf: ['ffmpeg-free-devel'], pacman: ['ffmpeg'] },
  },
];

/** @param {'ffmpeg' | 'ffprobe'} name */
function runs(name) {
  const tool = findFfmpegTool(name);
  return tool !== undefined && spawnSync(tool.path, ['-version'], { timeout: 20_000 }).status === 0;
}

/** Ubuntu's chromium is a snap, which a container can't run. */
const isDebian = () => existsSync('/etc/debian_version') && !existsSync('/etc/lsb-release');

/** @param {string} file */
function hasHeader(file) {
  const folders = [
    '/usr/include',
    '/usr/include/x86_64-linux-gnu',
    '/usr/include/aarch64-linux-gnu',
    '/usr/include/ffmpeg',
  ];
  return folders.some((folder) => existsSync(`${folder}/${file}`));
}
