import type { Readable, Writable } from 'node:stream';

/** What a command gets from the process it runs in. */
export interface CommandContext {
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  /** Aborts when the process is asked to stop. */
  readonly signal: AbortSignal;
  /** Prints a line for a person on stderr; silent with `--quiet`. */
  say(line: string): void;
}

/** What a command hands back; it prints no results itself, so that `--json` is one object and nothing else. */
export interface Outcome {
  /** What `--json` prints. */
  readonly json: unknown;
  /** What a person reads on stdout; may be empty. */
  readonly text: string;
  /** Default 0. */
  readonly exitCode?: number;
}

/** Options that every command has. */
export interface SharedOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}
