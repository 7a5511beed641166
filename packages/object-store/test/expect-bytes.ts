import type { StoredBlob } from '@framerail/object-store';
import { expect } from 'vitest';

/** Expects a blob of these bytes. Compared at once: one by one, megabytes take seconds. */
export async function expectBytes(blob: StoredBlob | undefined, expected: Uint8Array): Promise<void> {
  const bytes = await blob?.bytes();
  expect(bytes?.byteLength).toBe(expected.byteLength);
  expect(Buffer.compare(bytes ?? new Uint8Array(), expected)).toBe(0);
}
