import type { BlobSummary } from './blob.js';
import type { ObjectStore } from './object-store.js';
import type { ListOptions } from './store-options.js';

/**
 * All blobs, page by page as they are asked for.
 *
 * @param store - any store
 * @param options - as `list` takes them; `limit` is the size of the pages
 * @throws FramerailError as `list` does
 */
export async function* listAll(
  store: ObjectStore,
  options: ListOptions = {},
): AsyncGenerator<BlobSummary, void> {
  let cursor = options.cursor;
  do {
    const page = await store.list({ ...options, cursor });
    yield* page.blobs;
    cursor = page.cursor;
  } while (cursor !== undefined);
}
