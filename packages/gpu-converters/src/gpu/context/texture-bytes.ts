import { invalidArgument } from '@framerail/lifecycle';

const CHANNELS: Readonly<Record<string, number>> = { r: 1, rg: 2, rgba: 4, bgra: 4 };

/**
 * Bytes of a texture: the texels of all layers, mip levels and samples, without what a driver adds for alignment.
 *
 * @throws FramerailError `E_INVALID_ARGUMENT` for compressed, depth and stencil formats, whose size drivers decide
 */
export function textureBytes(descriptor: GPUTextureDescriptor): number {
  const { format, mipLevelCount = 1, sampleCount = 1, dimension = '2d' } = descriptor;
  let { width, height, layers } = extentOf(descriptor.size);
  let texels = 0;
  for (let level = 0; level < mipLevelCount; level += 1) {
    texels += width * height * layers;
    width = Math.max(1, width >> 1);
    height = Math.max(1, height >> 1);
    if (dimension === '3d') layers = Math.max(1, layers >> 1);
  }
  return texels * sampleCount * bytesPerTexel(format);
}

function bytesPerTexel(format: GPUTextureFormat): number {
  const [, channels, bits] = /^(r|rg|rgba|bgra)(8|16|32)/.exec(format) ?? [];
  if (channels !== undefined) return ((CHANNELS[channels] as number) * Number(bits)) / 8;
  if (/^(rgb9e5|rgb10a2|rg11b10)/.test(format)) return 4;
  throw invalidArgument('format', 'an uncompressed colour format', format);
}

function extentOf(size: GPUExtent3D): { width: number; height: number; layers: number } {
  if (Symbol.iterator in size) {
    const [width = 1, height = 1, layers = 1] = size;
    return { width, height, layers };
  }
  const { width, height = 1, depthOrArrayLayers: layers = 1 } = size as GPUExtent3DDict;
  return { width, height, layers };
}
