import type { TraceEvent } from '../trace-event.js';
import { decimal, firstLine, textLines } from './text-lines.js';
import type { TraceFormat } from './trace-format.js';

/**
 * Traces of the LIRS paper (Jiang and Zhang, SIGMETRICS 2002): a decimal block number a line; lines that are empty or
 * `*` mean nothing.
 */
export const lirsFormat: TraceFormat = {
  name: 'lirs',
  hasSizes: false,
  recognizes: (start) => /^\d+$/.test(firstLine(start) ?? ''),
  async *read(chunks, refuse) {
    for await (const lines of textLines(chunks, refuse)) {
      const events: TraceEvent[] = [];
      for (const { text, number } of lines) {
        const word = text.trim();
        if (word === '' || word === '*') continue;
        const key = decimal(word) ?? refuse(`line ${number} has no block number: ${word.slice(0, 40)}`);
        events.push({ kind: 'get', key, bytes: 1 });
      }
      yield events;
    }
  },
};
