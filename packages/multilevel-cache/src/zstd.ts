export { type ZstdOptions, zstd } from './compression/zstd-compressor.js';
