export type {
  BlobHeaders,
  BlobInfo,
  BlobSummary,
  ByteRange,
  PutResult,
  StoredBlob,
} from './store/blob.js';
export { listAll } from './store/list-all.js';
export type { ObjectStore, StoreLimits } from './store/object-store.js';
export type {
  BlobBody,
  CallOptions,
  GetOptions,
  ListOptions,
  ListPage,
  PutOptions,
} from './store/store-options.js';
