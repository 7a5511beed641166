import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatTraceEvent, loadTrace, readTrace, TRACE_HEADER, type TraceEvent } from '../src/simulator.js';
import { eventsOf, oracleGeneral, withFile } from './trace-files.js';

const keysOf = (events: readonly TraceEvent[]) => events.map(({ key }) => key);
const PACKINGS: [string, (bytes: Uint8Array) => Uint8Array][] = [
  ['', (bytes) => bytes],
  ['.gz', gzipSync],
  ['.zst', zstdCompressSync],
];

describe.each(PACKINGS)('packed as "%s"', (suffix, pack) => {
  test('LIRS: a number a line, blanks and stars left out', async () => {
    const text = Buffer.from('1\n\n *\n  42 \r\n99999999999999999999\n1');
    const keys = await withFile(`a.trace${suffix}`, pack(text), async (path) => keysOf(await eventsOf(path)));
    expect(keys).toEqual([1, 42, '99999999999999999999', 1]);
  });

  test('ARC: a line stands for many requests', async () => {
    const text = Buffer.from('10 3 0 0\n\n7 1 0 1\n5 0 0 2\n');
    const keys = await withFile(`a.lis${suffix}`, pack(text), async (path) => keysOf(await eventsOf(path)));
    expect(keys).toEqual([10, 11, 12, 7]);
  });

  test('oracleGeneral: binary records with sizes', async () => {
    const records = [
      { id: 5n, bytes: 512 },
      { id: 2n ** 64n - 1n, bytes: 0 },
      { id: 2n ** 53n - 1n, bytes: 2 ** 32 - 1 },
    ];
    const events = await withFile(`a.bin${suffix}`, pack(oracleGeneral(records)), eventsOf);
    expect(events).toEqual([
      { kind: 'get', key: 5, bytes: 512 },
      { kind: 'get', key: '18446744073709551615', bytes: 0 },
      { kind: 'get', key: 2 ** 53 - 1, bytes: 2 ** 32 - 1 },
    ]);
  });

  test('a long one, cut into chunks anywhere', async () => {
    const ids = Array.from({ length: 100_000 }, (_, index) => (index * 7919) % 65_537);
    const read = (name: string, content: Uint8Array) =>
      withFile(name, pack(content), async (path) => keysOf(await eventsOf(path)));
    expect(await read(`a.trace${suffix}`, Buffer.from(ids.join('\n')))).toEqual(ids);
    const records = ids.map((id) => ({ id: BigInt(id), bytes: 1 }));
    expect(await read(`a.oracleGeneral.bin${suffix}`, oracleGeneral(records))).toEqual(ids);
  });
});

const event = fc.record<TraceEvent>({
  kind: fc.constantFrom('get', 'set', 'delete'),
  key: fc.string({ unit: 'binary' }),
  bytes: fc.option(fc.nat(), { nil: undefined }),
});

test('the own format gives back what was written', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event), async (events) => {
      const text = `${TRACE_HEADER}\n${events.map(formatTraceEvent).join('')}`;
      expect(await withFile('a', text, eventsOf)).toEqual(events);
    }),
    { numRuns: 50 },
  );
});

test('a request whose weight is unknown gets that of the entry put in for it', async () => {
  const lines = ['g - "a"', 's 10 "a"', 'g - "b"', 'g - "a"', 's 20 "a"', 's 5 "c"', 'd - "c"', 'g 6 "c"'];
  const trace = await withFile('a', [TRACE_HEADER, ...lines].join('\n'), (path) => loadTrace({ path }));
  expect(trace).toMatchObject({ requests: 4, entries: 3, hasSizes: true });
  expect([...trace.ids]).toEqual([0, 1, 0, 2, 2, 2]);
  expect([...trace.bytes]).toEqual([10, -1, 20, 5, -1, 6]);
  expect([...trace.counts]).toEqual([1, 1, 1, 0, 2, 1]);
});

test('sizes can be left out of account', async () => {
  const records = [1n, 2n, 1n].map((id) => ({ id, bytes: 4096 }));
  const load = (ignoreSizes: boolean) =>
    withFile('a.bin', oracleGeneral(records), (path) => loadTrace({ path, ignoreSizes }));
  expect([...(await load(false)).bytes]).toEqual([4096, 4096, 4096]);
  expect(await load(true)).toMatchObject({ hasSizes: false, bytes: new Float64Array([1, 1, 1]) });
});

const gzip = gzipSync(Buffer.from('1\n2\n3\n'.repeat(10_000)));
test.each<[string, string, string | Uint8Array]>([
  ['an empty file', 'a.trace', ''],
  ['an empty archive', 'a.gz', gzipSync('')],
  ['prose', 'a.trace', 'Once upon a time'],
  ['numbers that end in prose', 'a.trace', '1\n2\nthree\n'],
  ['negative numbers', 'a.trace', '1\n-2\n'],
  ['lines of ARC that end early', 'a.lis', '1 2 0 0\n3\n'],
  ['a line of ARC beyond all numbers', 'a.lis', '1 99999999999999999999 0 0\n'],
  ['half a record', 'a.oracleGeneral.bin', oracleGeneral([{ id: 1n, bytes: 1 }]).subarray(0, 23)],
  ['a cut archive', 'a.gz', gzip.subarray(0, gzip.length - 20)],
  ['a damaged archive', 'a.gz', Buffer.concat([gzip.subarray(0, 30), Buffer.alloc(50, 7)])],
  [
    'a damaged zstd archive',
    'a.zst',
    Buffer.concat([zstdCompressSync('1\n2\n').subarray(0, 8), Buffer.alloc(9, 7)]),
  ],
  ['another version of the own format', 'a', '#framerail-cache-trace 2\n'],
  ['a key that is no string', 'a', `${TRACE_HEADER}\ng 1 {"a":"b"}\n`],
  ['a line without an end', 'a.trace', `1\n${'1'.repeat(3_000_000)}`],
])('%s is no trace', async (_, name, content) => {
  await expect(withFile(name, content, eventsOf)).rejects.toMatchObject({ code: 'E_INPUT_TRACE_INVALID' });
});

test('what is no file is said to be none', async () => {
  await expect(readTrace({ path: '/nonexistent/a' })).rejects.toMatchObject({ code: 'E_INPUT_NOT_FOUND' });
  await expect(readTrace({ path: import.meta.dirname })).rejects.toMatchObject({
    code: 'E_INPUT_UNREADABLE',
  });
  await expect(readTrace({ path: '' })).rejects.toMatchObject({ code: 'E_INVALID_ARGUMENT' });
});

test('bounds and aborts', async () => {
  const load = (options: { maxEvents?: number; signal?: AbortSignal; format?: 'lirs' }) =>
    withFile('a.lis', '1 2000000000 0 0\n', (path) => loadTrace({ path, ...options }));
  await expect(load({ maxEvents: 1000 })).rejects.toMatchObject({ code: 'E_INPUT_TRACE_TOO_LONG' });
  await expect(load({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'E_ABORTED' });
  await expect(load({ format: 'lirs' })).rejects.toMatchObject({ code: 'E_INPUT_TRACE_INVALID' });
  await expect(load({ format: 'xml' as never })).rejects.toMatchObject({ code: 'E_INVALID_ARGUMENT' });
});
