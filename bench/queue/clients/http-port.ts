import { Agent, request } from 'node:http';
import type { End, QueuePort } from './queue-port.ts';
import type { Begun } from './session.ts';

/** A queue behind the example's server, and how to hang up. */
export interface HttpPort extends QueuePort, Disposable {}

interface Followed {
  readonly count: number;
  readonly end: End;
}

/**
 * The way to a server.
 *
 * @param base - such as `http://127.0.0.1:8080`
 * @param begun - filled by `states`: the attempts of each task
 */
export function httpPort(base: string, begun: Begun): HttpPort {
  // Connections for questions are kept; those that follow tasks are one each.
  const asking = new Agent({ keepAlive: true });
  const following = new Agent({ keepAlive: true });
  const followed = new Map<string, Promise<Followed>>();
  const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const text = await call({ url: base + path, method, agent: asking, body });
    return JSON.parse(text) as T;
  };
  const follow = (id: string): Promise<Followed> => {
    const known = followed.get(id);
    if (known !== undefined) return known;
    const made = call({ url: `${base}/tasks/${id}/progress`, method: 'GET', agent: following }).then(
      readEvents,
    );
    followed.set(id, made);
    return made;
  };
  return {
    async add(client, ms) {
      return (await ask<{ id: string }>('POST', '/tasks', { name: 'wait', group: client, data: { ms } })).id;
    },
    status: async (id) => (await ask<{ state: string }>('GET', `/tasks/${id}`)).state,
    async list(client) {
      const page = await ask<{ id: string }[]>('GET', `/tasks?limit=20&group=${encodeURIComponent(client)}`);
      return page.map(({ id }) => id);
    },
    async count() {
      const { counts } = await ask<{ counts: Record<string, number> }>('GET', '/stats');
      return Object.values(counts).reduce((sum, one) => sum + one, 0);
    },
    cancel: async (id) => (await ask<{ state: string }>('DELETE', `/tasks/${id}`)).state,
    watch: async (id) => (await follow(id)).count,
    end: async (id) => (await follow(id)).end,
    async states() {
      const states = new Map<string, string>();
      for (let after = ''; ; ) {
        const page = await ask<{ id: string; state: string; attempts: number }[]>(
          'GET',
          `/tasks?limit=1000${after}`,
        );
        for (const { id, state, attempts } of page) {
          states.set(id, state);
          begun.set(id, attempts);
        }
        after = `&after=${page.at(-1)?.id}`;
        if (page.length < 1000) return states;
      }
    },
    [Symbol.dispose]() {
      asking.destroy();
      following.destroy();
    },
  };
}

/** Server-sent events: values, and the end. */
function readEvents(text: string): Followed {
  const events = text.split('\n\n').filter((event) => event !== '');
  const last = /^event: end\ndata: (.*)$/.exec(events.at(-1) ?? '')?.[1];
  if (last === undefined) throw new Error(`Expected the end of a task but received ${text}`);
  return { count: events.length - 1, end: (JSON.parse(last) as { state: End }).state };
}

interface Call {
  readonly url: string;
  readonly method: string;
  readonly agent: Agent;
  readonly body?: unknown;
}

function call({ url, method, agent, body }: Call): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => {
        if ((response.statusCode ?? 500) < 300) resolve(text);
        else reject(new Error(`${method} ${url}: ${response.statusCode} ${text}`));
      });
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
