import type { TraceEvent } from '../trace-event.js';
import type { TraceFormat } from './trace-format.js';

/** u32 time in seconds, u64 id, u32 size in bytes, i64 next request; little-endian, without padding. */
const RECORD_BYTES = 24;
const ID_OFFSET = 4;
const SIZE_OFFSET = 12;

/** libCacheSim's `oracleGeneral`: binary records with sizes. What they say of the next request isn't used. */
export const oracleGeneralFormat: TraceFormat = {
  name: 'oracleGeneral',
  hasSizes: true,
  recognizes: (start, name) => /oracleGeneral/i.test(name) || start.some((byte) => byte < 9),
  async *read(chunks, refuse) {
    let rest: Uint8Array = new Uint8Array(0);
    for await (const chunk of chunks) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const whole = bytes.length - (bytes.length % RECORD_BYTES);
      yield recordsOf(bytes.subarray(0, whole));
      rest = bytes.subarray(whole);
    }
    if (rest.length > 0) refuse(`it ends ${rest.length} bytes into a record of ${RECORD_BYTES}`);
  },
};

function recordsOf(bytes: Uint8Array): TraceEvent[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const events: TraceEvent[] = [];
  for (let offset = 0; offset < bytes.length; offset += RECORD_BYTES) {
    const high = view.getUint32(offset + ID_OFFSET + 4, true);
    const key =
      high < 1 << 21
        ? high * 2 ** 32 + view.getUint32(offset + ID_OFFSET, true)
        : view.getBigUint64(offset + ID_OFFSET, true).toString();
    events.push({ kind: 'get', key, bytes: view.getUint32(offset + SIZE_OFFSET, true) });
  }
  return events;
}
