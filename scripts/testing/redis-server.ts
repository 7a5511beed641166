import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnMortal } from './spawn-mortal.ts';

/** What a server of {@link startRedisServer} is like. */
export interface RedisServerOptions {
  /** Whether what was acknowledged outlives a crash and a restart; default false: nothing does. */
  readonly persistent?: boolean | undefined;
  /** Further settings of `redis.conf`, such as `{ maxmemory: '10mb' }`. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/** A real Redis of this test's own, in a folder of its own, at a port and at a unix socket. */
export interface RedisServer extends AsyncDisposable {
  /** `redis://127.0.0.1:PORT`; stays the same when it is started again. */
  readonly url: string;
  /** Its port, on 127.0.0.1 alone. */
  readonly port: number;
  /** Path of its unix socket. */
  readonly socketPath: string;
  /** Starts it again, if it doesn't run, and waits until it answers commands. */
  start(): Promise<void>;
  /** Ends it as an administrator does, and waits for that. */
  stop(): Promise<void>;
  /** Ends it with SIGKILL, as a crash does, and waits for that. */
  kill(): Promise<void>;
  /** Ends it as an administrator does and starts it again. */
  restart(): Promise<void>;
  /** Lets it hang: connections stay, and nothing is answered until `resume`. */
  pause(): void;
  /** Ends a `pause`. */
  resume(): void;
  /** Takes everybody out who is connected, without ending the server. */
  disconnectClients(): Promise<void>;
}

/**
 * Starts a Redis for a test: `describe.runIf(requireProgram('redis-server'))`. It is gone with its folder when disposed,
 * and ends with this process, however that ends.
 *
 * @param options - what it is like
 * @throws Error with its last words, when it doesn't come up within 30 s
 */
export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'framerail-redis-'));
  const socketPath = join(folder, 'redis.sock');
  for (let turn = 0; ; turn += 1) {
    const port = await freePort();
    const server = new Server(folder, socketPath, port, options);
    try {
      await server.start();
      return server;
    } catch (error) {
      // Somebody else may have taken the port meanwhile.
      if (turn < 5 && String(error).includes('already in use')) continue;
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }
}

class Server implements RedisServer {
  readonly url: string;
  readonly port: number;
  readonly socketPath: string;
  readonly #folder: string;
  readonly #arguments: readonly string[];
  readonly #killAtExit = (): void => void this.#child?.kill('SIGKILL');
  #child: ChildProcess | undefined;

  constructor(folder: string, socketPath: string, port: number, options: RedisServerOptions) {
    this.url = `redis://127.0.0.1:${port}`;
    this.port = port;
    this.socketPath = socketPath;
    this.#folder = folder;
    const { persistent = false, settings = {} } = options;
    const all = {
      port: String(port),
      bind: '127.0.0.1',
      unixsocket: socketPath,
      dir: folder,
      save: '',
      appendonly: persistent ? 'yes' : 'no',
      appendfsync: 'always',
      'enable-debug-command': 'local',
      ...settings,
    };
    this.#arguments = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
    process.once('exit', this.#killAtExit);
  }

  async start(): Promise<void> {
    if (this.#child !== undefined) return;
    const child = spawnMortal('redis-server', this.#arguments, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    let words = '';
    const hear = (chunk: Buffer): void => {
      words = (words + chunk.toString()).slice(-4000);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    let isOver = false;
    child.once('exit', () => {
      isOver = true;
      if (this.#child === child) this.#child = undefined;
    });
    child.once('error', (error) => {
      isOver = true;
      words += error.message;
    });
    for (const endMs = Date.now() + 30_000; Date.now() < endMs && !isOver; ) {
      // While it reads what it kept it answers -LOADING.
      if ((await this.#ask('PING').catch(() => '')).startsWith('+PONG')) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await this.#end('SIGKILL');
    throw new Error(
      `Expected redis-server to answer at ${this.socketPath} within 30 s but it does not: ${words}`,
    );
  }

  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  pause(): void {
    this.#child?.kill('SIGSTOP');
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
  }

  async disconnectClients(): Promise<void> {
    await this.#ask('CLIENT KILL TYPE normal SKIPME yes');
    await this.#ask('CLIENT KILL TYPE pubsub SKIPME yes');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    process.removeListener('exit', this.#killAtExit);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill(signal);
    await ended;
  }

  /** Sends one command on a connection of its own, and gives the first line of what is answered. */
  #ask(command: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.socketPath);
      socket.setTimeout(5000, () => socket.destroy(new Error(`Expected an answer to ${command} within 5 s`)));
      let heard = '';
      socket.on('data', (chunk) => {
        heard += chunk.toString('latin1');
        const [line, rest] = heard.split('\r\n', 2);
        if (rest === undefined) return;
        socket.destroy();
        resolve(line ?? '');
      });
      socket.once('error', reject).once('close', () => reject(new Error('The server closed the connection')));
      socket.write(`${command}\r\n`);
    });
  }
}

/**
 * A port that nobody listens at, below those that systems give to outgoing connections: a client that keeps trying to
 * reach a stopped server could be given the server's own port otherwise, and meet itself.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    const isFree = await new Promise<boolean>((resolve) => {
      const server = createServer().once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
