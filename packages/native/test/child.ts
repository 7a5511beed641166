import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { FramePipe, FrameReader } from '../src/index.js';

/** A child that is killed when the test is left, whatever became of it. */
export interface Child extends AsyncDisposable {
  readonly process: ChildProcess;
  /** Everything that it wrote to stdout, once it has ended by itself. */
  readonly output: Promise<Buffer>;
}

function childOf(process: ChildProcess): Child {
  const exited = once(process, 'exit');
  const pieces: Buffer[] = [];
  process.stdout?.on('data', (piece: Buffer) => pieces.push(piece));
  const closed = once(process, 'close');
  return {
    process,
    output: closed.then(() => Buffer.concat(pieces)),
    async [Symbol.asyncDispose]() {
      process.kill('SIGKILL');
      await exited;
    },
  };
}

/** A child that has the pipe as its stdin. */
export function spawnReader(pipe: FramePipe, command: string, args: readonly string[] = []): Child {
  const child = spawn(command, args, { stdio: [pipe.readFd, 'pipe', 'inherit'] });
  pipe.closeReadEnd();
  return childOf(child);
}

/** A child that has the pipe as its stdout. */
export function spawnWriter(reader: FrameReader, command: string, args: readonly string[] = []): Child {
  const child = spawn(command, args, { stdio: ['ignore', reader.writeFd, 'inherit'] });
  reader.closeWriteEnd();
  return childOf(child);
}

/** A script in a Node of its own; its stdout is the output. */
export function spawnScript(script: string, flags: readonly string[] = []): Child {
  const args = [...flags, '--eval', script];
  return childOf(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }));
}
