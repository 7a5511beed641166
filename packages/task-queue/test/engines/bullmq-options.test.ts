import { expect, test } from 'vitest';
import { type BullmqOptions, bullmq } from '../../src/bullmq.js';

const wrong: readonly [string, Partial<Record<keyof BullmqOptions, unknown>>][] = [
  ['no address', { connection: undefined }],
  ['an address of something else', { connection: 'http://localhost' }],
  ['what is no address', { connection: 'redis://[' }],
  ['a function', { connection: { retryStrategy: () => 1 } }],
  ['a prefix of its own', { connection: { keyPrefix: 'a' } }],
  ['a name with a colon', { queue: 'a:b' }],
  ['no name', { queue: '' }],
  ['no prefix', { prefix: '' }],
  ['no patience', { patienceMs: 0 }],
  ['more patience than answers may be kept for', { patienceMs: 60_001 }],
  ['a thread that is no answer', { thread: 'yes' }],
  ['a program that is not there', { thread: true, program: '/nowhere/worker.js' }],
];

test.each(wrong)('refuses %s', (_, options) => {
  const given = { connection: 'redis://localhost', thread: false, ...options } as BullmqOptions;
  expect(() => bullmq(given)).toThrow(expect.objectContaining({ code: 'E_INVALID_ARGUMENT' }));
});

test('refuses to keep any number of tasks', () => {
  const connection = 'redis://localhost';
  expect(() => bullmq({ connection, thread: false, maxTasks: Number.POSITIVE_INFINITY })).toThrow(
    expect.objectContaining({ code: 'E_UNBOUNDED' }),
  );
});

test('does not show a password', () => {
  const connection = 'rediss://me:secret@host:port:7';
  try {
    bullmq({ connection, thread: false });
    expect.unreachable();
  } catch (error) {
    expect(String(error)).not.toContain('secret');
  }
});
