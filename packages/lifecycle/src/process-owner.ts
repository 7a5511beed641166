import { createHash, randomBytes } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

// Processes of one machine know whether another one lives, if they see the same process numbers: containers may not.
const PLACE = createHash('sha256').update(`${hostname()}\0${processNamespace()}`).digest('hex').slice(0, 12);

/**
 * Names this process, and with a random part one thing of it, such as a lock or a file that isn't finished:
 * `PLACE-PID-RANDOM`, of letters, digits and dashes. Node only.
 */
export const ownerName = (): string => `${PLACE}-${process.pid}-${randomBytes(8).toString('hex')}`;

/**
 * What became of the process that made a name.
 *
 * @param name - what {@link ownerName} gave, here or in another process
 * @returns `unknown` for processes of other machines and for what is no such name
 */
export function stateOfOwner(name: string): 'alive' | 'dead' | 'unknown' {
  const match = /^([0-9a-f]{12})-([0-9]{1,10})-[0-9a-f]{16}$/.exec(name);
  if (match === null || match[1] !== PLACE) return 'unknown';
  try {
    process.kill(Number(match[2]), 0);
    return 'alive';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH' ? 'dead' : 'alive';
  }
}

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
