import { findCommand } from '../workspace/commands.mjs';
import { run, runWithRetries } from './command.mjs';

/** How each package manager is told to install; the first that is there is taken. */
const MANAGERS = /** @type {const} */ ([
  { name: 'apt', command: 'apt-get', install: 'apt-get install -y --no-install-recommends', asRoot: true },
  { name: 'dnf', command: 'dnf', install: 'dnf install -y', asRoot: true },
  { name: 'pacman', command: 'pacman', install: 'pacman -S --needed', asRoot: true },
  { name: 'apk', command: 'apk', install: 'apk add', asRoot: true },
  { name: 'zypper', command: 'zypper', install: 'zypper install -y', asRoot: true },
  { name: 'brew', command: 'brew', install: 'brew install', asRoot: false },
  { name: 'winget', command: 'winget', install: 'winget install', asRoot: false },
]);

const isRoot = () => process.getuid?.() === 0;

/** Whether this is Debian or one of its children, and the set-up may install packages. */
export const canUseApt = () =>
  process.platform === 'linux' && isRoot() && findCommand('apt-get') !== undefined;

/**
 * @param {readonly string[]} names
 * @returns {Promise<import('./command.mjs').CommandResult>}
 */
export async function installWithApt(names) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const patience = ['-o', 'Acquire::Retries=3', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Use-Pty=0'];
  // A list that can't be brought up to date may still do.
  const update = await runWithRetries('apt-get', [...patience, 'update'], { env });
  const install = [...patience, 'install', '-y', '--no-install-recommends', ...names];
  const result = await runWithRetries('apt-get', install, { env });
  if (result.ok || names.length === 1) return { ...result, seconds: update.seconds + result.seconds };
  // One name that this release lacks must not keep the others out.
  const single = [];
  for (const name of names)
    single.push(await run('apt-get', [...install.slice(0, -names.length), name], { env }));
  const failed = single.filter(({ ok }) => !ok);
  return {
    ...result,
    ok: failed.length === 0,
    tail: failed.map(({ tail }) => tail.split('\n').at(-1)).join('\n'),
  };
}

/**
 * The one command that installs programs here; undefined when nothing is to be done or no manager is known.
 * @param {readonly import('./programs.mjs').Program[]} programs
 */
export function installCommand(programs) {
  const manager = MANAGERS.find(({ command }) => findCommand(command) !== undefined);
  if (manager === undefined) return undefined;
  const names = [...new Set(programs.flatMap(({ packages }) => packages[manager.name] ?? []))];
  if (names.length === 0) return undefined;
  return `${manager.asRoot && !isRoot() ? 'sudo ' : ''}${manager.install} ${names.join(' ')}`;
}
