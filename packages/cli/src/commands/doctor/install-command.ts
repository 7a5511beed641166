import { readFileSync } from 'node:fs';
import { platform } from 'node:os';

/**
 * The one command that installs a package of the operating system.
 *
 * @param name - the package; its name is the same in all of them
 */
export function installCommand(name: string): string {
  if (platform() === 'darwin') return `brew install ${name}`;
  if (platform() === 'win32') return `winget install ${name}`;
  const family = linuxFamily();
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  if (/fedora|rhel|centos/.test(family)) return `${sudo}dnf install ${name}`;
  if (/arch/.test(family)) return `${sudo}pacman -S ${name}`;
  if (/alpine/.test(family)) return `${sudo}apk add ${name}`;
  if (/suse/.test(family)) return `${sudo}zypper install ${name}`;
  return `${sudo}apt-get install ${name}`;
}

function linuxFamily(): string {
  try {
    const text = readFileSync('/etc/os-release', 'utf8');
    return [...text.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].map((match) => match[1]).join(' ');
  } catch {
    return '';
  }
}
