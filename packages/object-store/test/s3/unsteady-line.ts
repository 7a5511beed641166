import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of a request on its way. */
type Mishap =
  | 'none'
  /** The connection is closed before anything was sent on. */
  | 'refuse'
  /** Nobody answers. */
  | 'hang'
  /** The server does it, and the answer is lost. */
  | 'loseAnswer'
  /** A server in between answers so. */
  | { readonly status: number }
  /** A server of another kind answers so. */
  | { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array; readonly code: number }
  /** The answer's body ends after so many bytes. */
  | { readonly cutAfter: number }
  /** A bit of the answer's body is another. */
  | { readonly flipAnswerAt: number }
  /** A bit of the request's body is another. */
  | { readonly flipRequestAt: number };

/** A line to a server on which things go wrong as they are told to. */
export interface UnsteadyLine extends AsyncDisposable {
  readonly endpoint: string;
  /** `METHOD PATH RANGE` of each request that came. */
  readonly requests: string[];
  /** Decides what becomes of each request; by default nothing does. */
  mishap: (request: IncomingMessage, count: number) => Mishap;
}

/** Opens a line to a server on this machine. */
export async function openUnsteadyLine(port: number): Promise<UnsteadyLine> {
  const server = createServer((incoming, answer) => {
    line.requests.push(`${incoming.method} ${incoming.url} ${incoming.headers.range ?? ''}`.trim());
    handle(port, line.mishap(incoming, line.requests.length), incoming, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const line: UnsteadyLine = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    mishap: () => 'none',
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return line;
}

function handle(port: number, mishap: Mishap, incoming: IncomingMessage, answer: ServerResponse): void {
  if (mishap === 'refuse') {
    incoming.socket.destroy();
    return;
  }
  if (mishap === 'hang') return;
  if (typeof mishap === 'object' && 'status' in mishap) {
    incoming.resume().once('end', () => answer.writeHead(mishap.status, { connection: 'close' }).end());
    return;
  }
  if (typeof mishap === 'object' && 'body' in mishap) {
    const length = { 'content-length': String(mishap.body.byteLength) };
    incoming.resume().once('end', () => {
      answer.writeHead(mishap.code, { ...length, ...mishap.headers }).end(mishap.body);
    });
    return;
  }
  const onward = request(
    { host: '127.0.0.1', port, path: incoming.url, method: incoming.method, headers: incoming.headers },
    (response) => {
      if (mishap === 'loseAnswer') {
        response.resume().once('end', () => incoming.socket.destroy());
        return;
      }
      answer.writeHead(response.statusCode ?? 500, response.headers);
      answer.flushHeaders();
      passOn(response, answer, mishap);
    },
  );
  onward.once('error', () => incoming.socket.destroy());
  incoming.once('error', () => onward.destroy());
  if (typeof mishap === 'object' && 'flipRequestAt' in mishap) {
    flipped(
      incoming,
      mishap.flipRequestAt,
      (chunk) => onward.write(chunk),
      () => onward.end(),
    );
  } else incoming.pipe(onward);
}

function passOn(response: IncomingMessage, answer: ServerResponse, mishap: Mishap): void {
  response.once('error', () => answer.destroy());
  response.once('aborted', () => answer.destroy());
  if (typeof mishap === 'object' && 'flipAnswerAt' in mishap) {
    flipped(
      response,
      mishap.flipAnswerAt,
      (chunk) => answer.write(chunk),
      () => answer.end(),
    );
    return;
  }
  if (typeof mishap !== 'object' || !('cutAfter' in mishap)) {
    response.pipe(answer);
    return;
  }
  let left = mishap.cutAfter;
  response.on('data', (chunk: Buffer) => {
    if (left < 0) return;
    const isLast = chunk.byteLength >= left;
    // Cut when what may pass has left, or it would be lost too.
    answer.write(chunk.subarray(0, left), () => isLast && setTimeout(() => answer.destroy(), 5));
    left = isLast ? -1 : left - chunk.byteLength;
  });
}

function flipped(from: IncomingMessage, at: number, write: (chunk: Buffer) => void, end: () => void): void {
  let passed = 0;
  from.on('data', (chunk: Buffer) => {
    const index = at - passed;
    if (index >= 0 && index < chunk.byteLength) chunk[index] = (chunk[index] as number) ^ 1;
    passed += chunk.byteLength;
    write(chunk);
  });
  from.once('end', end);
}
