import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectSocket, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { findVersitygw } from '../../../../scripts/workspace/versitygw.mjs';

export const CREDENTIALS = { accessKeyId: 'framerail', secretAccessKey: 'framerail-secret' };
export const BUCKET = 'blobs';

/** A real S3-compatible server of this test's own, which keeps its objects in a folder. */
export interface Gateway extends AsyncDisposable {
  readonly endpoint: string;
  readonly port: number;
  /** Where the bucket's objects lie as files. */
  readonly folder: string;
  /** A client of the SDK, for what the store has no call for. */
  readonly client: S3Client;
  /** Ends the server as a crash does. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and folder. */
  start(): Promise<void>;
}

/** Starts the server and makes a bucket. */
export async function startGateway(): Promise<Gateway> {
  const root = mkdtempSync(join(tmpdir(), 'framerail-s3-'));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    credentials: CREDENTIALS,
    forcePathStyle: true,
  });
  let child: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    if (child === undefined) return;
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    child = undefined;
  };
  const start = async (): Promise<void> => {
    child = spawn(findVersitygw() ?? 'versitygw', ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', root], {
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
  await client.send(new CreateBucketCommand({ Bucket: BUCKET }));
  return {
    endpoint,
    port,
    folder: join(root, BUCKET),
    client,
    kill,
    start,
    async [Symbol.asyncDispose]() {
      client.destroy();
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
