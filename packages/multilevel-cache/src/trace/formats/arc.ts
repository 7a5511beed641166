import type { TraceEvent } from '../trace-event.js';
import { firstLine, textLines } from './text-lines.js';
import type { TraceFormat } from './trace-format.js';

const MOST_AT_ONCE = 65_536;

/**
 * Traces of the ARC paper (Megiddo and Modha, FAST 2003), `.lis`: lines of `start count …`, each of which stands for
 * requests of the blocks start, start + 1 and so on; what comes after the two doesn't matter.
 */
export const arcFormat: TraceFormat = {
  name: 'arc',
  hasSizes: false,
  recognizes: (start) => /^\d+\s+\d+(\s|$)/.test(firstLine(start) ?? ''),
  async *read(chunks, refuse) {
    let events: TraceEvent[] = [];
    for await (const lines of textLines(chunks, refuse)) {
      for (const { text, number } of lines) {
        if (text.trim() === '') continue;
        const [, start, count] = /^\s*(\d+)\s+(\d+)(?:\s|$)/.exec(text) ?? [];
        const [first, blocks] = [Number(start), Number(count)];
        if (!Number.isSafeInteger(first + blocks))
          refuse(`line ${number} has no first block and number of blocks: ${text.slice(0, 40)}`);
        for (let block = first; block < first + blocks; block += 1) {
          events.push({ kind: 'get', key: block, bytes: 1 });
          // One line may stand for any number of requests.
          if (events.length < MOST_AT_ONCE) continue;
          yield events;
          events = [];
        }
      }
      yield events;
      events = [];
    }
  },
};
