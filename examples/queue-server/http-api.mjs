// HTTP over a queue: every route is one call of it.
import { FramerailError, isFramerailError } from '@framerail/lifecycle';

const MAX_BODY_BYTES = 1024 * 1024;

/** @type {Readonly<Record<string, number>>} */
const STATUS_OF_CODE = {
  E_INVALID_ARGUMENT: 400,
  E_TASK_DATA: 400,
  E_TASK_UNKNOWN: 404,
  E_TASK_DEPENDENCY: 409,
  E_TASK_DATA_TOO_LARGE: 413,
  E_QUEUE_FULL: 429,
  E_QUEUE_CLOSED: 503,
  E_QUEUE_LOCKED: 503,
  E_QUEUE_DISK_FULL: 507,
};

/**
 * @typedef {import('node:http').IncomingMessage} Request
 * @typedef {import('node:http').ServerResponse} Response
 * @typedef {import('@framerail/task-queue').TaskQueue} TaskQueue
 */

/**
 * Answers requests: `POST /tasks`, `GET /tasks`, `GET /stats`, and of a task `GET`, `DELETE /tasks/ID`, `GET /tasks/ID/why` and
 * `GET /tasks/ID/progress` (server-sent events until its end).
 *
 * @param {TaskQueue} queue
 * @returns {(request: Request, response: Response) => Promise<void>}
 */
export function answerWith(queue) {
  return async (request, response) => {
    try {
      await route(queue, request, response);
    } catch (error) {
      const { code, message } = isFramerailError(error)
        ? error
        : {
            code: 'E_UNEXPECTED',
            message: error instanceof SyntaxError ? `Expected JSON: ${error.message}` : String(error),
          };
      const status = error instanceof SyntaxError ? 400 : (STATUS_OF_CODE[code] ?? 500);
      if (response.headersSent) response.destroy();
      else send(response, status, { error: { code, message } });
    }
  };
}

/**
 * @param {TaskQueue} queue
 * @param {Request} request
 * @param {Response} response
 */
async function route(queue, request, response) {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const [, place, id = '', more = ''] = pathname.split('/');
  const what = `${request.method} /${[place, id && 'ID', more].filter(Boolean).join('/')}`;
  switch (what) {
    case 'POST /tasks': {
      const body = await readJson(request);
      const { name, data, key, group, priority, delayMs, after } = body;
      const task = await queue.add(name, data, { key, group, priority, delayMs, after });
      return send(response, 201, { id: task.id });
    }
    case 'GET /tasks':
      return send(response, 200, await queue.list(queryOf(searchParams)));
    case 'GET /tasks/ID':
      return send(response, 200, await queue.status(id));
    case 'GET /tasks/ID/why':
      return send(response, 200, await queue.explain(id));
    case 'GET /tasks/ID/progress':
      return sendProgress(queue, id, response);
    case 'DELETE /tasks/ID': {
      const [state] = await queue.cancel(id);
      return send(response, state === undefined ? 404 : 200, { state: state ?? null });
    }
    case 'GET /stats':
      return send(response, 200, await queue.stats());
    default:
      return send(response, 404, { error: { code: 'E_NOT_FOUND', message: `There is no ${what}` } });
  }
}

/**
 * Tells what a task's handler tells, and at last where the task stands.
 *
 * @param {TaskQueue} queue
 * @param {string} id
 * @param {Response} response
 */
async function sendProgress(queue, id, response) {
  await queue.status(id);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.flushHeaders();
  const values = queue.handle(id).progress[Symbol.asyncIterator]();
  // Who went away is not told any more.
  response.once('close', () => void values.return?.());
  for (let next = await values.next(); next.done !== true; next = await values.next())
    response.write(`data: ${JSON.stringify(next.value)}\n\n`);
  if (response.destroyed) return;
  const { state, result } = await queue.status(id);
  response.end(`event: end\ndata: ${JSON.stringify({ state, result: result ?? null })}\n\n`);
}

/** @param {URLSearchParams} params */
function queryOf(params) {
  const text = (/** @type {string} */ name) => params.get(name) ?? undefined;
  const states = /** @type {import('@framerail/task-queue').TaskState[] | undefined} */ (
    text('state')?.split(',')
  );
  const limit = text('limit') === undefined ? 100 : Number(text('limit'));
  return {
    states,
    lane: text('lane'),
    name: text('name'),
    group: text('group'),
    afterId: text('after'),
    limit,
  };
}

/** @param {Request} request */
async function readJson(request) {
  /** @type {Buffer[]} */
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES)
      throw new FramerailError({
        code: 'E_TASK_DATA_TOO_LARGE',
        message: `Expected a body of at most ${MAX_BODY_BYTES} bytes; keep large data in files and name them`,
      });
    chunks.push(chunk);
  }
  const body = JSON.parse(Buffer.concat(chunks).toString());
  if (typeof body !== 'object' || body === null) throw new SyntaxError('an object { name, data, … }');
  return body;
}

/**
 * @param {Response} response
 * @param {number} status
 * @param {unknown} body
 */
function send(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
