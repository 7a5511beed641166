import type { TraceEvent } from '../trace-event.js';
import { firstLine, type TextLine, textLines } from './text-lines.js';
import type { TraceFormat } from './trace-format.js';

/** First line of a trace in Framerail's own format. */
export const TRACE_HEADER = '#framerail-cache-trace 1';

const LETTERS = { get: 'g', set: 's', delete: 'd' } as const;
const KINDS = { g: 'get', s: 'set', d: 'delete' } as const;
const LINE = /^([gsd]) (\d+|-) ("(?:.*)")$/;

/**
 * Writes an event as a line of Framerail's own format: `g`, `s` or `d`, the bytes or `-`, and the key as a JSON string,
 * apart by spaces. A file of such lines begins with {@link TRACE_HEADER}.
 *
 * @param event - what happened
 * @returns the line, with its end
 */
export function formatTraceEvent({ kind, key, bytes }: TraceEvent): string {
  return `${LETTERS[kind]} ${bytes ?? '-'} ${JSON.stringify(String(key))}\n`;
}

/** Framerail's own format, as a recorder writes it. */
export const framerailFormat: TraceFormat = {
  name: 'framerail',
  hasSizes: true,
  recognizes: (start) => (firstLine(start) ?? '').startsWith('#framerail-cache-trace'),
  async *read(chunks, refuse) {
    let isFirst = true;
    for await (const lines of textLines(chunks, refuse)) {
      const events: TraceEvent[] = [];
      for (const line of lines) {
        if (isFirst) {
          if (line.text.trim() !== TRACE_HEADER)
            refuse(`expected ${TRACE_HEADER} in line 1 but it has ${line.text.slice(0, 40)}`);
          isFirst = false;
        } else if (line.text.trim() !== '') events.push(eventOf(line, refuse));
      }
      yield events;
    }
    if (isFirst) refuse(`expected ${TRACE_HEADER} in line 1 but it is empty`);
  },
};

function eventOf({ text, number }: TextLine, refuse: (problem: string) => never): TraceEvent {
  const [, letter, bytes, quoted] = LINE.exec(text.trim()) ?? [];
  const key = quoted === undefined ? undefined : parsedString(quoted);
  const weight = bytes === '-' ? undefined : Number(bytes);
  if (letter === undefined || key === undefined || !(weight === undefined || Number.isSafeInteger(weight)))
    return refuse(`line ${number} is no event: ${text.slice(0, 40)}`);
  return { kind: KINDS[letter as keyof typeof KINDS], key, bytes: weight };
}

function parsedString(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
