// A program that times conversions: it prints "peers NAME …" and answers lines "NAME FRAMES" with nanoseconds.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** Converts `frames` frames of 3840×2160 on one thread and says how many milliseconds each took. */
export type PeerContender = (frames: number) => Promise<number>;

/** What there is to compare with: contenders named `PEER:JOB`. */
export interface Peers {
  readonly contenders: Readonly<Record<string, PeerContender>>;
  close(): Promise<void>;
}

/** Starts a program and reads what it can do. */
export async function startProgram(program: string): Promise<Peers> {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(program, {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const { done, value } = await lines.next();
    if (done === true) throw new Error('Expected an answer from the peers but their program ended');
    return value;
  };
  const [, ...names] = (await nextLine()).split(' ');
  const contender = (name: string) => async (frames: number) => {
    child.stdin.write(`${name} ${frames}\n`);
    return Number(await nextLine()) / 1e6;
  };
  return {
    contenders: Object.fromEntries(names.map((name) => [name, contender(name)])),
    close: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
