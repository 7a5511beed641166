import type { LostLease } from '../leases/leak-watch.js';

/** Says something where a program's warnings go. */
export function warn(name: string, message: string): void {
  const host = globalThis as { process?: { emitWarning?(text: string, name: string): void } };
  if (typeof host.process?.emitWarning === 'function') host.process.emitWarning(message, name);
  else console.warn(message);
}

/** Tells of a loss that nobody listens for. */
export function warnOfLoss({ pool, bytesRecovered, acquiredAt }: LostLease): void {
  const where = acquiredAt === undefined ? '' : ` It was acquired at:\n${acquiredAt}`;
  const what = `A lease of pool ${pool} was collected without having been released`;
  warn('FramerailLostLease', `${what}; ${bytesRecovered} bytes went back to its budget.${where}`);
}
