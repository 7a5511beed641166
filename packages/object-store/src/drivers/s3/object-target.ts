import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Settings } from './s3-options.js';
import type { CallLimits } from './s3-requests.js';

/** The object that a call is about, and how it is reached. */
export interface ObjectTarget {
  readonly client: S3Client;
  readonly settings: S3Settings;
  readonly limits: CallLimits;
  readonly key: string;
  readonly name: string;
  /** Whether the name doesn't tell the key. */
  readonly isHashed: boolean;
}
