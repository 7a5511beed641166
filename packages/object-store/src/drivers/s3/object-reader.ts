import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { FramerailError, isFramerailError, sleep, withTimeout } from '@framerail/lifecycle';
import type { BlobSource } from '../../body/stored-blob.js';
import { addToCrc32, hexOfCrc32 } from '../../checksum/crc32.js';
import type { BlobInfo } from '../../store/blob.js';
import { corruptBlob, preconditionFailed } from '../../store/store-errors.js';
import type { ObjectTarget } from './object-target.js';
import { isAbsent, isPreconditionFailure, s3Failure, statusOf } from './s3-errors.js';
import { send } from './s3-requests.js';

const FIRST_PAUSE_MS = 100;

/** What Node's SDK gives as the body of an answer. */
type AnswerBody = AsyncIterable<Uint8Array> & {
  destroy(): void;
  on(name: 'error', listener: () => void): unknown;
};

/** A stream that breaks while nobody reads it would end the process. Whoever reads it later hears of it all the same. */
function quiet<Body extends AnswerBody | undefined>(body: Body): Body {
  body?.on('error', () => {});
  return body;
}

/** Asks for an object, or for a part of it. */
export function requestObject(
  { client, settings, limits, name }: ObjectTarget,
  options: { readonly range?: string | undefined; readonly ifMatch?: string | undefined },
): Promise<GetObjectCommandOutput> {
  const command = new GetObjectCommand({
    Bucket: settings.bucket,
    Key: name,
    Range: options.range,
    IfMatch: options.ifMatch,
  });
  // Of the whole alone: there is no checksum of a part. By its header, because with the command's option the SDK computes it
  // too, and can't go on where a connection was cut.
  const askForChecksum = (request: unknown): void => {
    if (options.range !== undefined) return;
    (request as { readonly headers: Record<string, string> }).headers['x-amz-checksum-mode'] = 'ENABLED';
  };
  command.middlewareStack.add(
    (next) => (args) => {
      askForChecksum(args.request);
      return next(args);
    },
    { step: 'build' },
  );
  return send(client, limits, 'Reading', (one, sending) => one.send(command, sending));
}

/** The bytes of an answer. A connection that is cut is taken up again where it broke, on the same version of the blob. */
export function objectSource(
  target: ObjectTarget,
  info: BlobInfo,
  range: { readonly offset: number; readonly length: number },
  answer: GetObjectCommandOutput,
): BlobSource {
  const { key, limits, settings } = target;
  let body = quiet(answer.Body as AnswerBody | undefined);
  const drop = (): void => {
    body?.destroy();
    body = undefined;
  };

  const takeUpAgain = async (received: number): Promise<AnswerBody> => {
    const [from, to] = [range.offset + received, range.offset + range.length - 1];
    let next: GetObjectCommandOutput;
    try {
      next = await requestObject(target, { range: `bytes=${from}-${to}`, ifMatch: info.etag });
    } catch (error) {
      if (isPreconditionFailure(error) || isAbsent(error)) throw replaced(info, error);
      throw error;
    }
    const rest = quiet(next.Body as AnswerBody);
    // There are servers that know no conditions, or no ranges.
    if (next.ETag === info.etag && next.ContentRange?.startsWith(`bytes ${from}-`)) return rest;
    rest.destroy();
    if (next.ETag !== info.etag) throw replaced(info, undefined);
    throw rangesIgnored(key);
  };

  async function* chunks(): AsyncGenerator<Uint8Array, void> {
    let received = 0;
    let crc = 0;
    let failures = 0;
    let iterator = body?.[Symbol.asyncIterator]();
    while (received < range.length) {
      try {
        if (iterator === undefined) {
          body = await takeUpAgain(received);
          iterator = body[Symbol.asyncIterator]();
        }
        const next = await withTimeout(iterator.next(), { ...limits, what: 'Reading' });
        if (next.done) throw cutOff(range.length, received);
        const rest = range.length - received;
        const chunk = next.value.byteLength > rest ? next.value.subarray(0, rest) : next.value;
        received += chunk.byteLength;
        crc = addToCrc32(chunk, crc);
        failures = 0;
        yield chunk;
      } catch (error) {
        drop();
        iterator = undefined;
        failures += 1;
        if (isFinal(error) || failures >= settings.maxAttempts)
          throw s3Failure('Reading broke off', error, key);
        await pause(target, failures);
      }
    }
    if (range.length === info.size && info.checksum !== undefined && info.checksum !== hexOfCrc32(crc))
      throw corruptBlob(key, `its bytes have the checksum ${hexOfCrc32(crc)}, not ${info.checksum}`);
  }

  return {
    chunks,
    async fill(memory) {
      let at = 0;
      for await (const chunk of chunks()) {
        memory.set(chunk, at);
        at += chunk.byteLength;
      }
    },
    async close() {
      drop();
    },
  };
}

/** Whether trying again can't help: it was given up, the blob is another one, or the server said no. */
const isFinal = (error: unknown): boolean =>
  isFramerailError(error)
    ? error.code !== 'E_STORE_UNAVAILABLE'
    : Math.floor((statusOf(error) ?? 0) / 100) === 4;

const replaced = ({ key, etag }: BlobInfo, cause: unknown): FramerailError =>
  preconditionFailed(key, `the version ${etag}, which was being read,`, undefined, cause);

/** A server that answers with the whole where a part was asked for. */
export const rangesIgnored = (key: string): FramerailError =>
  new FramerailError({
    code: 'E_STORE_FAILED',
    message: 'Expected the part of the blob that was asked for but the server ignores ranges; read it whole',
    details: { key },
  });

const cutOff = (expected: number, received: number): FramerailError =>
  new FramerailError({
    code: 'E_STORE_UNAVAILABLE',
    message: `Expected ${expected} bytes but the answer ended after ${received}; try again`,
    details: { expected, received },
  });

function pause({ limits }: ObjectTarget, failures: number): Promise<void> {
  const { signal, clock } = limits;
  return sleep(FIRST_PAUSE_MS * 2 ** (failures - 1), { clock, ...(signal === undefined ? {} : { signal }) });
}
