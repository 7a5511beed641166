import type { BackendMeasurement } from './backend-choice.js';
import type { StoredMeasurement } from './measurement-store.js';

/** A kept measurement with its key. */
export interface MeasurementEntry extends StoredMeasurement {
  readonly key: string;
}

/** Counts up whenever a file of before would be misread. */
const FORMAT = 1;

/** The most entries that are kept; the newest ones. */
export const MAX_ENTRIES = 512;

/** Longer keys are nobody's. */
const MAX_KEY_LENGTH = 4096;

/** A driver, a kernel or a cooler may have changed since: older measurements are made again. */
export const MAX_AGE_MS = 30 * 24 * 3600 * 1000;

const BACKENDS: readonly unknown[] = ['webgpu', 'native', 'reference'];

/**
 * Reads what {@link measurementsText} wrote. Whatever isn't understood is left out: a damaged file costs a
 * measurement, never a conversion.
 *
 * @param text - the file's content; anything
 * @param nowMs - milliseconds since 1970; older than 30 days, or from the future, is left out
 * @returns oldest first, one a key, 512 at most
 */
export function parseMeasurements(text: string, nowMs: number): readonly MeasurementEntry[] {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    return [];
  }
  if (!isRecord(file) || file['format'] !== FORMAT || !Array.isArray(file['entries'])) return [];
  const entries = file['entries'].flatMap((one) => parseEntry(one) ?? []);
  return newest(
    entries.filter(({ measuredAtMs }) => measuredAtMs <= nowMs && measuredAtMs > nowMs - MAX_AGE_MS),
  );
}

/** The text of a file that holds these entries. */
export function measurementsText(entries: readonly MeasurementEntry[]): string {
  return `${JSON.stringify({ format: FORMAT, entries: newest(entries) }, undefined, 1)}\n`;
}

/** The newest entry of each key, oldest first, as many as are kept. */
function newest(entries: readonly MeasurementEntry[]): readonly MeasurementEntry[] {
  const byAge = entries.toSorted((a, b) => a.measuredAtMs - b.measuredAtMs);
  const byKey = new Map<string, MeasurementEntry>();
  for (const entry of byAge) {
    byKey.delete(entry.key);
    byKey.set(entry.key, entry);
  }
  return [...byKey.values()].slice(-MAX_ENTRIES);
}

function parseEntry(value: unknown): MeasurementEntry | undefined {
  if (!isRecord(value)) return undefined;
  const { key, measuredAtMs, measurements } = value;
  if (typeof key !== 'string' || key.length > MAX_KEY_LENGTH || !Number.isFinite(measuredAtMs))
    return undefined;
  if (!Array.isArray(measurements) || measurements.length > BACKENDS.length) return undefined;
  const parsed = measurements.flatMap((one) => parseMeasurement(one) ?? []);
  const backends = new Set(parsed.map(({ backend }) => backend));
  // A part of a measurement would decide by what is missing.
  if (parsed.length === 0 || parsed.length !== measurements.length || backends.size !== parsed.length)
    return undefined;
  return Object.freeze({
    key,
    measuredAtMs: measuredAtMs as number,
    measurements: Object.freeze(parsed),
  });
}

function parseMeasurement(value: unknown): BackendMeasurement | undefined {
  if (!isRecord(value)) return undefined;
  const { backend, msPerFrame } = value;
  if (!BACKENDS.includes(backend)) return undefined;
  if (typeof msPerFrame !== 'number' || !Number.isFinite(msPerFrame) || msPerFrame < 0) return undefined;
  return Object.freeze({ backend: backend as BackendMeasurement['backend'], msPerFrame });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
