import { rational } from '@framerail/media-types';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requireProgram } from '../../../scripts/testing/require.js';
import { chain, type Filter, filter, graph, serializeFilterGraph } from '../src/index.js';
import { ffmpeg } from './clips.js';

const SEED = 20_240_607;

/** Text rich in what either level of FFmpeg's syntax gives a meaning. */
const special = fc.constantFrom(
  ...',;[]\'\\:=%{}$"`|&<>()#@!~^*? \t\n\r\u00e9\u4e16\u{1f600}'.split(/(?:)/u),
);
const anyText = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: special },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
    ),
    {
      minLength: 1,
      maxLength: 24,
    },
  )
  .map((parts) => parts.join(''))
  // The echo itself takes no empty value.
  .filter((text) => text !== '' && text.isWellFormed() && !text.includes('\0'));

/** Has ffmpeg set each text as metadata of a frame and print it: what it prints is what it understood. */
function echo(texts: readonly string[], positional: boolean): string[] {
  const add = (text: string, index: number): Filter =>
    positional
      ? filter('metadata', ['add', `framerail.${index}.`, text])
      : filter('metadata', { mode: 'add', key: `framerail.${index}.`, value: text });
  const print = filter('metadata', { mode: 'print', file: 'pipe:1', direct: true });
  const filters = [
    ...texts.map(add),
    filter('metadata', { mode: 'add', key: 'framerail.end', value: 'end' }),
    print,
  ];
  const source = ['-f', 'lavfi', '-i', 'color=size=16x16:rate=1:duration=1'];
  const printed = ffmpeg([...source, '-vf', serializeFilterGraph(filters), '-f', 'null', '-']).toString(
    'utf8',
  );
  return texts.map((_, index) => {
    const start = printed.indexOf(`framerail.${index}.=`) + `framerail.${index}.=`.length;
    const next = index + 1 < texts.length ? `\nframerail.${index + 1}.=` : '\nframerail.end=end';
    return printed.slice(start, printed.indexOf(next, start));
  });
}

describe.runIf(requireProgram('ffmpeg'))('escaping', () => {
  test.each([
    ['named', false],
    ['positional', true],
  ])('ffmpeg understands %s values as they are meant', (_, positional) => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 20 }), (texts) => {
        expect(echo(texts, positional)).toEqual(texts);
      }),
      { seed: SEED, numRuns: 40 },
    );
  });

  test.each([
    ' x ',
    '\n',
    '\\',
    "'",
    "'\\",
    '\\ ',
    ' \\',
    '=',
    'mode=add',
    ':',
    '[0:v]',
    "a'b'c",
    '%{pts}',
    ',null',
    ';[x]null',
  ])('ffmpeg understands %j', (text) => {
    expect(echo([text], false)).toEqual([text]);
    expect(echo([text], true)).toEqual([text]);
  });

  test('a graph of chains and links runs', () => {
    const written = serializeFilterGraph(
      graph(
        chain([filter('split')], { inputs: ['0:v:0'], outputs: ['a', 'b'] }),
        chain([filter('hflip')], { inputs: ['a'], outputs: ['flipped'] }),
        chain([filter('hstack', { inputs: 2 })], { inputs: ['b', 'flipped'], outputs: ['out'] }),
      ),
    );
    expect(written).toBe('[0:v:0]split[a][b];[a]hflip[flipped];[b][flipped]hstack=inputs=2[out]');
    const source = ['-f', 'lavfi', '-i', 'testsrc2=size=16x16:rate=1:duration=1'];
    const bytes = ffmpeg([
      ...source,
      '-filter_complex',
      written,
      '-map',
      '[out]',
      '-f',
      'rawvideo',
      '-pix_fmt',
      'gray',
      '-',
    ]);
    expect(bytes.byteLength).toBe(32 * 16);
  });
});

describe('filters as data', () => {
  test('writes every kind of value', () => {
    const written = serializeFilterGraph(
      filter('x', { text: 'a', number: -1.5, yes: true, no: false, rate: rational(30_000, 1001) }),
    );
    expect(written).toBe('x=text=a:number=-1.5:yes=1:no=0:rate=30000/1001');
    expect(serializeFilterGraph([filter('null'), filter('scale@small', [16, -2])])).toBe(
      'null,scale@small=16:-2',
    );
  });

  test('is frozen, and keeps nothing of what it was made from', () => {
    const args: Record<string, number> = { w: 1 };
    const made = filter('scale', args);
    args['w'] = 2;
    expect(serializeFilterGraph(made)).toBe('scale=w=1');
    expect(Object.isFrozen(made) && Object.isFrozen(made.args)).toBe(true);
  });

  test.each<[string, () => unknown]>([
    ['a name with syntax in it', () => filter('scale=1,null')],
    ['no name', () => filter('')],
    ['an option name with syntax in it', () => filter('scale', { 'w=1:h': 2 })],
    ['a zero byte', () => filter('drawtext', { text: 'a\0b' })],
    ['half a surrogate pair', () => filter('drawtext', { text: '\ud800' })],
    ['NaN', () => filter('scale', { w: Number.NaN })],
    ['Infinity', () => filter('scale', [Number.POSITIVE_INFINITY])],
    ['a label with a bracket', () => chain([filter('null')], { inputs: ['a]'] })],
    ['an empty label', () => chain([filter('null')], { outputs: [''] })],
    ['an empty chain', () => chain([])],
    ['an empty graph', () => graph()],
    [
      'a label that two chains put out',
      () => graph(chain([filter('null')], { outputs: ['a'] }), chain([filter('null')], { outputs: ['a'] })),
    ],
  ])('refuses %s', (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }));
  });
});
