export { createS3Store } from './drivers/s3/create-s3-store.js';
export type { DropUploadsOptions, S3ObjectStore } from './drivers/s3/s3-object-store.js';
export type { S3Credentials, S3StoreOptions, SignedUrlOptions } from './drivers/s3/s3-options.js';
