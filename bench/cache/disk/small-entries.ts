import { disk } from '@framerail/multilevel-cache/disk';

/** How a store is left: closed, with tags, or by a process that was killed. */
export interface FillOptions {
  readonly path: string;
  readonly maxBytes: number;
  readonly count: number;
  /** Whether each entry has a tag, which it shares with a thousand others. */
  readonly hasTags: boolean;
}

/** Keys of the entries, by number. */
export const keyOf = (number: number): string => `clip ${number % 1000}/frame ${number}`;

/** Writes entries of 20 to 219 bytes. */
export async function fill({ path, maxBytes, count, hasTags }: FillOptions): Promise<void> {
  const tier = disk({ path, maxBytes });
  await tier.open();
  const meta = { createdAtMs: 1, cost: 0, compression: 'none' as const };
  for (let first = 0; first < count; first += 500) {
    const sets = Array.from({ length: Math.min(500, count - first) }, (_, at) => {
      const number = first + at;
      const bytes = Buffer.alloc(20 + ((number * 7) % 200), `value ${number}`);
      const tags = hasTags ? [`clip ${number % 1000}`] : [];
      return tier.set(keyOf(number), { bytes, meta: { ...meta, tags, rawBytes: bytes.byteLength } });
    });
    await Promise.all(sets);
  }
  await tier.close();
}
