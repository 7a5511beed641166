import { arcFormat } from './formats/arc.js';
import { framerailFormat } from './formats/framerail.js';
import { lirsFormat } from './formats/lirs.js';
import { oracleGeneralFormat } from './formats/oracle-general.js';
import type { TraceFormat } from './formats/trace-format.js';

/** Names of the formats that can be read. */
export type TraceFormatName = 'framerail' | 'lirs' | 'arc' | 'oracleGeneral';

/** Formats by name, in the order in which a file is tried for them. */
export const TRACE_FORMATS: Readonly<Record<TraceFormatName, TraceFormat>> = Object.freeze({
  framerail: framerailFormat,
  lirs: lirsFormat,
  arc: arcFormat,
  oracleGeneral: oracleGeneralFormat,
});

/**
 * Finds the format of a file by what it begins with.
 *
 * @param start - its first bytes, unpacked
 * @param name - its name
 * @returns `undefined` if it is none of those known
 */
export function recognizeFormat(start: Uint8Array, name: string): TraceFormat | undefined {
  return Object.values(TRACE_FORMATS).find((format) => format.recognizes(start, name));
}
