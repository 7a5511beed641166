import { S3Client } from '@aws-sdk/client-s3';
import { CREDENTIALS, type S3Gateway, startS3Gateway } from '../../../../scripts/testing/s3-gateway.js';

export { BUCKET, CREDENTIALS } from '../../../../scripts/testing/s3-gateway.js';

/** A real S3-compatible server of this test's own, with a client. */
export interface Gateway extends S3Gateway {
  /** A client of the SDK, for what the store has no call for. */
  readonly client: S3Client;
}

/** Starts the server. */
export async function startGateway(): Promise<Gateway> {
  const gateway = await startS3Gateway();
  const { endpoint } = gateway;
  const client = new S3Client({
    endpoint,
    region: 'us-east-1',
    credentials: CREDENTIALS,
    forcePathStyle: true,
  });
  return {
    ...gateway,
    client,
    async [Symbol.asyncDispose]() {
      client.destroy();
      await gateway[Symbol.asyncDispose]();
    },
  };
}
