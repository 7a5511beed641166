// Counts a blob up: `counter.mjs FOLDER STEPS`, and says how often it tried to be the first to make another one.
import { openDirectoryStore } from '../../src/directory.js';

const [path = '', steps] = process.argv.slice(2);
const store = await openDirectoryStore({ path, durability: 'none' });
for (let step = 0; step < Number(steps); ) {
  const blob = await store.get('counter');
  const count = Number(Buffer.from((await blob?.bytes()) ?? []).toString());
  try {
    await store.put('counter', Buffer.from(String(count + 1)), { ifMatch: blob?.info.etag });
    step += 1;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'E_STORE_PRECONDITION') throw error;
  }
  try {
    await store.put(`first ${count}`, Buffer.from(String(process.pid)), { ifNoneMatch: '*' });
    console.log(`first ${count}`);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'E_STORE_PRECONDITION') throw error;
  }
}
