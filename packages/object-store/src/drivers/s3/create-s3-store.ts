import { S3Client } from '@aws-sdk/client-s3';
import {
  expectInteger,
  expectNumber,
  expectObject,
  expectOneOf,
  expectString,
  invalidArgument,
  systemClock,
} from '@framerail/lifecycle';
import { checkPut } from '../../store/requests.js';
import type { S3ObjectStore } from './s3-object-store.js';
import type { S3StoreOptions } from './s3-options.js';
import { S3Store } from './s3-store.js';

const MIB = 2 ** 20;
const PREFIX = /^(?:[A-Za-z0-9!_.*'()-]+\/)+$/;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Makes a store in a bucket of S3 or of a server that speaks like it. Asks the server nothing: whether the bucket is there shows with
 * the first call. Needs the package `@aws-sdk/client-s3`.
 *
 * @param options - bucket, where it is, how it is used
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export function createS3Store(options: S3StoreOptions): S3ObjectStore {
  const {
    bucket,
    prefix = '',
    names = 'readable',
  } = expectObject('options', options, 'options { bucket, … }');
  const { partBytes = 8 * MIB, parallelParts = 4, maxAttempts = 3, timeoutMs = 60_000 } = options;
  const { client, endpoint, publicBaseUrl, cacheControl, clock = systemClock } = options;
  expectString('bucket', bucket);
  if (prefix !== '' && !(typeof prefix === 'string' && prefix.length <= 256 && PREFIX.test(prefix)))
    throw invalidArgument('prefix', "'' or at most 256 letters, digits and !_.*'()-, ending in /", prefix);
  if (prefix.split('/').some((segment) => segment === '.' || segment === '..'))
    throw invalidArgument('prefix', 'one without . and ..', prefix);
  expectOneOf('names', names, ['readable', 'flat']);
  expectInteger('partBytes', partBytes, { min: 5 * MIB, max: 5 * 1024 * MIB });
  expectInteger('parallelParts', parallelParts, { min: 1, max: 64 });
  expectInteger('maxAttempts', maxAttempts, { min: 1, max: 10 });
  if (timeoutMs !== Number.POSITIVE_INFINITY) expectNumber('timeoutMs', timeoutMs, { min: 1 });
  expectUrl('publicBaseUrl', publicBaseUrl);
  expectUrl('endpoint', endpoint);
  checkPut({ cacheControl }, { maxKeyBytes: 0, maxBlobBytes: 0, maxMetadataBytes: 0, verification: 'blob' });
  return new S3Store({
    client: client ?? connect(options, maxAttempts),
    ownsClient: client === undefined,
    bucket,
    prefix,
    names,
    partBytes,
    parallelParts,
    maxAttempts,
    timeoutMs,
    publicBaseUrl,
    cacheControl,
    clock,
  });
}

function connect(options: S3StoreOptions, maxAttempts: number): S3Client {
  const { endpoint, credentials, pathStyle = endpoint !== undefined } = options;
  const region = options.region ?? (endpoint === undefined ? undefined : 'us-east-1');
  return new S3Client({
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    ...(credentials === undefined
      ? {}
      : {
          credentials: {
            accessKeyId: credentials.accessKeyId,
            secretAccessKey: credentials.secretAccessKey,
            ...(credentials.sessionToken === undefined ? {} : { sessionToken: credentials.sessionToken }),
          },
        }),
    forcePathStyle: pathStyle,
    maxAttempts,
    // Checksums are the driver's own: one for all drivers, which also servers know that know no others.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS },
  });
}

function expectUrl(name: string, value: string | undefined): void {
  if (value === undefined) return;
  if (typeof value !== 'string' || !/^https?:\/\//.test(value) || !URL.canParse(value))
    throw invalidArgument(name, 'an http or https URL', value);
}
