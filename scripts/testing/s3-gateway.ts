import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { connect as connectSocket, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findVersitygw } from '../workspace/versitygw.mjs';
import { spawnMortal } from './spawn-mortal.js';

/** What the server takes requests with. */
export const CREDENTIALS = { accessKeyId: 'framerail', secretAccessKey: 'framerail-secret' };
/** The bucket that is there. */
export const BUCKET = 'blobs';

/** A real S3-compatible server of a test's own, which keeps its objects in a folder. */
export interface S3Gateway extends AsyncDisposable {
  /** Its URL; stays the same when it is started again. */
  readonly endpoint: string;
  /** Its port, on 127.0.0.1. */
  readonly port: number;
  /** Where the bucket's objects lie as files. */
  readonly folder: string;
  /** Ends the server as a crash does. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and folder. */
  start(): Promise<void>;
}

/** Starts the server, with an empty bucket: `describe.runIf(requireProgram('versitygw'))`. */
export async function startS3Gateway(): Promise<S3Gateway> {
  const root = mkdtempSync(join(tmpdir(), 'framerail-s3-'));
  const folder = join(root, BUCKET);
  // To this server a bucket is a folder.
  mkdirSync(folder);
  const port = await freePort();
  let child: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    if (child === undefined) return;
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    child = undefined;
  };
  const start = async (): Promise<void> => {
    const settings = ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', root];
    child = spawnMortal(findVersitygw() ?? 'versitygw', settings, {
      env: {
        ...process.env,
        ROOT_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
        ROOT_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
        ROOT_ACCESS_KEY: CREDENTIALS.accessKeyId,
        ROOT_SECRET_KEY: CREDENTIALS.secretAccessKey,
      },
      stdio: 'ignore',
    });
    await listening(port);
  };
  await start();
  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    folder,
    kill,
    start,
    async [Symbol.asyncDispose]() {
      await kill();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function listening(port: number): Promise<void> {
  for (let turn = 0; turn < 600; turn += 1) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connectSocket(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('Expected versitygw to listen within 30 s but it does not');
}
