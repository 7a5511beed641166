import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import type { FramePipe, FrameReader } from '../src/index.js';
import { until } from './addon.js';

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

/** Stops a child, and comes back once it stands still: the signal takes its time on a busy machine. */
export async function stop(child: Child): Promise<void> {
  child.process.kill('SIGSTOP');
  await until(() => stateOf(String(child.process.pid)).startsWith('T'));
}

/** The letter that the system has for what a process does. */
function stateOf(pid: string): string {
  const path = `/proc/${pid}/stat`;
  if (existsSync(path)) return readFileSync(path, 'utf8').replace(/^.*\) /s, '');
  return spawnSync('ps', ['-o', 'state=', '-p', pid], { encoding: 'utf8' }).stdout;
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
