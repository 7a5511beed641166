export type { DirectoryStoreOptions, Durability } from './drivers/directory/directory-options.js';
export { openDirectoryStore } from './drivers/directory/open-directory-store.js';
