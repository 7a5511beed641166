/** What a command is made of. */
export type RedisArgument = string | Buffer;

/** Sends a command. Strings of the answer are buffers, numbers are numbers, nothing is `null`. */
export type RedisCall = (args: readonly RedisArgument[]) => Promise<unknown>;

/** What is heard of a channel. */
export interface ChannelListener {
  /** A message came. */
  readonly onMessage: (message: Buffer) => void;
  /** The channel is heard again after a time in which messages may have been missed. */
  readonly onResumed: () => void;
}

/** A connection to Redis, whichever library makes it. Implementations: `links/`. */
export interface RedisLink {
  /** Whether a command would be sent now. */
  readonly isReady: boolean;
  /** Connects. @throws what the library throws */
  open(): Promise<void>;
  /** Sends a command whose keys are all in one slot, to that slot's node; ends in an error when the connection does. */
  call: RedisCall;
  /** For each node that has data of its own, what sends commands to it. */
  nodes(): Promise<readonly RedisCall[]>;
  /** Listens on a connection of its own, until the link is closed; settles when it does. */
  subscribe(channel: string, listener: ChannelListener): Promise<void>;
  /** Closes what it opened itself; the user's client stays as it was. */
  close(): Promise<void>;
}
