import { createClient } from 'redis';

/** What can be seen of a server from outside of the tier. */
export interface Outside extends AsyncDisposable {
  /** Sends any command. */
  send(...args: readonly string[]): Promise<unknown>;
  /** Keys that begin with a text. */
  keys(prefix: string): Promise<readonly string[]>;
  /** What the keys of a namespace take, each measured as a whole. */
  memoryOf(namespace: string): Promise<number>;
}

/** Connects to a server. */
export async function outside(url: string): Promise<Outside> {
  const client = createClient({ url });
  client.on('error', () => {});
  await client.connect();
  const keys = async (prefix: string): Promise<string[]> => {
    const found = new Set<string>();
    for await (const page of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1000 }))
      for (const key of page) found.add(key);
    return [...found];
  };
  return {
    send: (...args) => client.sendCommand(args),
    keys,
    async memoryOf(namespace) {
      const all = await keys(`{${namespace}}:`);
      let bytes = 0;
      for (let from = 0; from < all.length; from += 1000) {
        const page = all.slice(from, from + 1000);
        const sizes = await Promise.all(page.map((key) => client.memoryUsage(key, { SAMPLES: 0 })));
        for (const size of sizes) bytes += Number(size ?? 0);
      }
      return bytes;
    },
    [Symbol.asyncDispose]: async () => client.destroy(),
  };
}
