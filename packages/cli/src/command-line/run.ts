import type { CommandContext, Outcome } from './context.js';

/** Makes an action for commander out of a command's function, and keeps what that hands back. */
export type Run = <Rest extends readonly unknown[]>(
  action: (context: CommandContext, ...rest: Rest) => Promise<Outcome>,
) => (...rest: Rest) => Promise<void>;
