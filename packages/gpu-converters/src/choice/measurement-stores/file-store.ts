import { expectObject } from '@framerail/lifecycle';
import type { MeasurementStore } from '../measurement-store.js';
import { type MeasurementEntry, measurementsText, parseMeasurements } from '../measurement-text.js';
import { nodeBuiltin } from '../node-builtin.js';

/** Larger files aren't ours. */
const MAX_FILE_BYTES = 4 * 2 ** 20;

const FILE_NAME = 'backend-measurements.json';

/** Options of {@link createFileMeasurements}. */
export interface FileMeasurementsOptions {
  /** Folder of the file `backend-measurements.json`; made when something is kept. */
  readonly directory: string;
  /** Milliseconds since 1970; default the system's. */
  readonly now?: () => number;
}

/**
 * Makes a store in a file, for all processes that use the folder: written beside it and renamed, so that a reader
 * never meets half of it. Of two processes that write at once one's entry may be lost, which costs a measurement.
 * Damaged files, other versions' and entries of more than 30 days are taken as not there.
 *
 * @param options - where
 * @returns `undefined` in hosts without Node's files, such as browsers
 */
export function createFileMeasurements(options: FileMeasurementsOptions): MeasurementStore | undefined {
  expectObject('options', options);
  const [fs, path] = [nodeBuiltin('node:fs/promises'), nodeBuiltin('node:path')];
  if (fs === undefined || path === undefined) return undefined;
  const { directory, now = Date.now } = options;
  const file = path.join(directory, FILE_NAME);
  let writes = 0;
  let turn: Promise<unknown> = Promise.resolve();

  /** One after the other: each reads what the one before wrote. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  };
  const read = async (): Promise<readonly MeasurementEntry[]> => {
    try {
      const { size } = await fs.stat(file);
      return size > MAX_FILE_BYTES ? [] : parseMeasurements(await fs.readFile(file, 'utf8'), now());
    } catch {
      return [];
    }
  };
  const write = async (entries: readonly MeasurementEntry[]): Promise<void> => {
    await fs.mkdir(directory, { recursive: true, mode: 0o700 });
    writes += 1;
    const name = `${FILE_NAME}.${process.pid}.${Math.random().toString(36).slice(2)}.${writes}`;
    const beside = path.join(directory, name);
    try {
      await fs.writeFile(beside, measurementsText(entries), { mode: 0o600, flag: 'wx' });
      await fs.rename(beside, file);
    } catch (error) {
      await fs.rm(beside, { force: true }).catch(() => {});
      throw error;
    }
  };

  return {
    place: file,
    async recall(key) {
      await turn;
      return (await read()).find((entry) => entry.key === key);
    },
    keep: (key, { measurements, measuredAtMs }) =>
      inTurn(async () => write([...(await read()), { key, measuredAtMs, measurements }])),
    clear: () => inTurn(() => fs.rm(file, { force: true })),
  };
}
