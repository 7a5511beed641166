import { FramerailError, invalidArgument } from '@framerail/lifecycle';
import { type CubeLut, MAX_CUBE_SIZE, MAX_CURVE_SIZE, nodeCount } from './cube-lut.js';

type Triple = readonly [number, number, number];

/** What has been read so far. */
interface Reading {
  title: string | undefined;
  table: { readonly dimensions: 1 | 3; readonly size: number } | undefined;
  domainMin: Triple | undefined;
  domainMax: Triple | undefined;
  /** Data as it comes; `entries` once the size is known. */
  entries: Float64Array | undefined;
  nodes: number;
}

/** A decimal number as C's `strtod` reads it, without `inf`, `nan` and hexadecimals. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/**
 * Reads a `.cube` file (Adobe Cube LUT Specification 1.0): `TITLE`, `LUT_1D_SIZE` or `LUT_3D_SIZE`, `DOMAIN_MIN`,
 * `DOMAIN_MAX` in any order before the data, comments (`#`) and blank lines anywhere, lines ended by LF or CRLF. Resolve's
 * `LUT_1D_INPUT_RANGE` and `LUT_3D_INPUT_RANGE` are a domain of one pair for all channels. Keywords may come in small letters,
 * other keywords are refused.
 *
 * @param text - the file's text
 * @returns an immutable table; its `entries` are the caller's to leave alone
 * @throws FramerailError `E_CUBE_INVALID` with the line (`details.line`, from 1), what was expected and what came;
 *   `E_INVALID_ARGUMENT` for what is no string
 */
export function parseCube(text: string): CubeLut {
  if (typeof text !== 'string') throw invalidArgument('text', 'the text of a .cube file', text);
  const reading: Reading = {
    title: undefined,
    table: undefined,
    domainMin: undefined,
    domainMax: undefined,
    entries: undefined,
    nodes: 0,
  };
  // A byte order mark is no character of the format, but editors write it.
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  for (const [index, line] of lines.entries()) {
    const words = line.trim();
    if (words !== '' && !words.startsWith('#')) readLine(words, index + 1, reading);
  }
  const { title = '', table, entries, nodes } = reading;
  const [domainMin, domainMax] = domainOf(reading);
  if (table === undefined) throw cubeError(lines.length, 'LUT_3D_SIZE or LUT_1D_SIZE', 'the end of the file');
  const count = nodeCount(table);
  if (entries === undefined || nodes < count)
    throw cubeError(lines.length, `${count} lines of numbers`, `the end of the file after ${nodes}`);
  const wrong = [0, 1, 2].find(
    (channel) => !((domainMin[channel] as number) < (domainMax[channel] as number)),
  );
  if (wrong !== undefined) {
    const expected = `DOMAIN_MAX above DOMAIN_MIN in ${'RGB'[wrong]}`;
    throw cubeError(lines.length, expected, `${domainMin[wrong]} and ${domainMax[wrong]}`);
  }
  return Object.freeze({
    title,
    ...table,
    entries,
    domainMin: Object.freeze(domainMin),
    domainMax: Object.freeze(domainMax),
  });
}

/** Writes a table as `parseCube` reads it, numbers in full. */
export function serializeCube({
  title,
  dimensions = 3,
  size,
  entries,
  domainMin,
  domainMax,
}: CubeLut): string {
  const lines = [`LUT_${dimensions}D_SIZE ${size}`];
  if (title !== '') lines.unshift(`TITLE "${title}"`);
  lines.push(`DOMAIN_MIN ${domainMin.join(' ')}`, `DOMAIN_MAX ${domainMax.join(' ')}`);
  for (let at = 0; at < entries.length; at += 3) lines.push(entries.subarray(at, at + 3).join(' '));
  return `${lines.join('\n')}\n`;
}

function readLine(words: string, line: number, reading: Reading): void {
  if (/^[+\-.\d]/.test(words)) readNode(words, line, reading);
  else readKeyword(words, line, reading);
}

function readNode(words: string, line: number, reading: Reading): void {
  const { table } = reading;
  if (table === undefined) throw cubeError(line, 'LUT_3D_SIZE or LUT_1D_SIZE before the numbers', words);
  const count = nodeCount(table);
  reading.entries ??= new Float64Array(3 * count);
  if (reading.nodes === count)
    throw cubeError(line, `the end of the file after ${count} lines of numbers`, words);
  reading.entries.set(numbersOf(words, 3, line), 3 * reading.nodes);
  reading.nodes += 1;
}

function readKeyword(words: string, line: number, reading: Reading): void {
  const [, name = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(words) ?? [];
  const keyword = name.toUpperCase();
  if (reading.entries !== undefined) throw cubeError(line, 'numbers', words);
  const once = <T>(before: T | undefined): void => {
    if (before !== undefined) throw cubeError(line, `${keyword} once`, words);
  };
  switch (keyword) {
    case 'TITLE':
      once(reading.title);
      reading.title = titleOf(rest, line);
      return;
    case 'LUT_1D_SIZE':
    case 'LUT_3D_SIZE': {
      const dimensions = keyword === 'LUT_3D_SIZE' ? 3 : 1;
      if (reading.table !== undefined && reading.table.dimensions !== dimensions)
        throw cubeError(line, 'either LUT_1D_SIZE or LUT_3D_SIZE', 'both: a shaper before a cube');
      once(reading.table);
      const most = dimensions === 3 ? MAX_CUBE_SIZE : MAX_CURVE_SIZE;
      const size = /^\d{1,9}$/.test(rest) ? Number(rest) : Number.NaN;
      if (!(size >= 2 && size <= most)) throw cubeError(line, `${keyword} from 2 to ${most}`, words);
      reading.table = { dimensions, size };
      return;
    }
    case 'DOMAIN_MIN':
    case 'DOMAIN_MAX': {
      const field = keyword === 'DOMAIN_MIN' ? 'domainMin' : 'domainMax';
      once(reading[field]);
      reading[field] = numbersOf(rest, 3, line) as unknown as Triple;
      return;
    }
    case 'LUT_1D_INPUT_RANGE':
    case 'LUT_3D_INPUT_RANGE': {
      once(reading.domainMin ?? reading.domainMax);
      const [min, max] = numbersOf(rest, 2, line) as [number, number];
      [reading.domainMin, reading.domainMax] = [
        [min, min, min],
        [max, max, max],
      ];
      return;
    }
    default:
      throw cubeError(line, 'a keyword of .cube files or three numbers', words);
  }
}

function domainOf({ domainMin, domainMax }: Reading): readonly [Triple, Triple] {
  return [domainMin ?? [0, 0, 0], domainMax ?? [1, 1, 1]];
}

/** The specification wants quotes; files without them are common. */
function titleOf(rest: string, line: number): string {
  const quoted = /^"(.*)"$/.exec(rest);
  if (quoted === null && rest.startsWith('"')) throw cubeError(line, 'a title that ends with a quote', rest);
  return quoted?.[1] ?? rest;
}

function numbersOf(words: string, count: number, line: number): number[] {
  const parts = words.split(/\s+/);
  const numbers = parts.map((part) => (NUMBER.test(part) ? Number(part) : Number.NaN));
  if (numbers.length !== count || !numbers.every(Number.isFinite))
    throw cubeError(line, `${count === 3 ? 'three' : 'two'} finite numbers`, words);
  return numbers;
}

function cubeError(line: number, expected: string, received: string): FramerailError {
  const start = received.length > 80 ? `${received.slice(0, 80)}…` : received;
  // Of a file that is no text; a terminal would obey it.
  const shown = start.replaceAll(/\p{Cc}/gu, '\ufffd');
  return new FramerailError({
    code: 'E_CUBE_INVALID',
    message: `Expected ${expected} in line ${line} of a .cube file but received ${shown === '' ? 'nothing' : shown}`,
    details: { line, expected },
  });
}
