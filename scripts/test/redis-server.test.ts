import { existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type RedisServer, startRedisServer } from '../testing/redis-server.js';
import { requireProgram } from '../testing/require.js';

const SLOW_MS = 60_000;

/** The first line that the server answers. */
function ask(server: RedisServer, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(server.port, '127.0.0.1', () => socket.write(`${command}\r\n`));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().split('\r\n')[0] ?? '');
    });
    socket.once('error', reject);
  });
}

describe.runIf(requireProgram('redis-server'))('a Redis for tests', () => {
  test('keeps what it has over crashes and restarts if it is persistent', { timeout: SLOW_MS }, async () => {
    await using server = await startRedisServer({ persistent: true });
    expect(await ask(server, 'SET name frame')).toBe('+OK');
    await server.kill();
    await expect(ask(server, 'PING')).rejects.toThrow();
    await server.start();
    expect(await ask(server, 'EXISTS name')).toBe(':1');
    await server.restart();
    expect(await ask(server, 'EXISTS name')).toBe(':1');
  });

  test('forgets all otherwise, takes settings, and leaves nothing', { timeout: SLOW_MS }, async () => {
    const server = await startRedisServer({ settings: { maxmemory: '3mb' } });
    expect(await ask(server, 'SET name frame')).toBe('+OK');
    await server.stop();
    await server.start();
    expect(await ask(server, 'EXISTS name')).toBe(':0');
    expect(await ask(server, `SET name ${'x'.repeat(60_000)}`)).toBe('+OK');
    server.pause();
    const answer = ask(server, 'PING');
    server.resume();
    expect(await answer).toBe('+PONG');
    await server[Symbol.asyncDispose]();
    expect(existsSync(dirname(server.socketPath))).toBe(false);
  });

  test('says what keeps it from starting', { timeout: SLOW_MS }, async () => {
    await expect(startRedisServer({ settings: { maxmemory: 'much' } })).rejects.toThrow('maxmemory');
  });
});
