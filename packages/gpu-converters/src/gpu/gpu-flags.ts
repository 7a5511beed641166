/** `GPUBufferUsage`'s bits: in Node the global is missing unless somebody put it there. */
export const GPU_USAGE = {
  MAP_READ: 0x1,
  MAP_WRITE: 0x2,
  COPY_SRC: 0x4,
  COPY_DST: 0x8,
  STORAGE: 0x80,
  QUERY_RESOLVE: 0x200,
} as const;

/** `GPUMapMode`'s bits. */
export const GPU_MAP_MODE = { READ: 1, WRITE: 2 } as const;
