import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  expectNumber,
  expectObject,
  expectOneOf,
  FramerailError,
  invalidArgument,
} from '@framerail/lifecycle';
import type { S3Settings, SignedUrlOptions } from './s3-options.js';

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;
const DEFAULT_MS = 15 * 60 * 1000;

/** Where a CDN serves an object. @throws FramerailError `E_INVALID_ARGUMENT` without `publicBaseUrl` */
export function publicUrlOf({ publicBaseUrl }: S3Settings, name: string): string {
  if (publicBaseUrl === undefined)
    throw invalidArgument('publicBaseUrl', 'the URL of a CDN, when the store is made,', publicBaseUrl);
  const path = name.split('/').map(encodeURIComponent).join('/');
  return `${publicBaseUrl.replace(/\/+$/, '')}/${path}`;
}

/** A URL that lets whoever has it do one thing, for a while. */
export async function signedUrlOf(
  { client, bucket }: S3Settings,
  name: string,
  options: SignedUrlOptions,
): Promise<string> {
  const {
    method = 'get',
    expiresInMs = DEFAULT_MS,
    contentType,
    contentDisposition,
  } = expectObject('options', options);
  expectOneOf('method', method, ['get', 'put']);
  expectNumber('expiresInMs', expiresInMs, { min: 1000, max: WEEK_MS });
  const place = { Bucket: bucket, Key: name };
  const command =
    method === 'get'
      ? new GetObjectCommand({
          ...place,
          ResponseContentType: contentType,
          ResponseContentDisposition: contentDisposition,
        })
      : new PutObjectCommand({ ...place, ContentType: contentType });
  const { getSignedUrl } = await presigner();
  return getSignedUrl(client, command, {
    expiresIn: Math.floor(expiresInMs / 1000),
    // Otherwise whoever has the URL could name another type.
    ...(method === 'put' && contentType !== undefined ? { signableHeaders: new Set(['content-type']) } : {}),
  });
}

async function presigner(): Promise<typeof import('@aws-sdk/s3-request-presigner')> {
  try {
    return await import('@aws-sdk/s3-request-presigner');
  } catch (cause) {
    throw new FramerailError({
      code: 'E_STORE_NO_PRESIGNER',
      message: 'Expected the package @aws-sdk/s3-request-presigner, which signs URLs; install it',
      cause,
    });
  }
}
