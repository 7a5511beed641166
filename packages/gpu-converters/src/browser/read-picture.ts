import { withErrorScopes } from '../gpu/gpu-errors.js';
import { GPU_MAP_MODE, GPU_USAGE } from '../gpu/gpu-flags.js';
import type { PictureLike } from './frame-source.js';
import { importFailed } from './import-failed.js';

/** `GPUTextureUsage`'s bits; a browser draws into the texture, so that it has to be an attachment too. */
const TEXTURE_USAGE = { COPY_SRC: 0x1, COPY_DST: 0x2, RENDER_ATTACHMENT: 0x10 } as const;

/** WebGPU's, for copies from textures to buffers. */
const ROW_ALIGNMENT = 256;

/** Bytes from one row to the next in a buffer that a texture of RGBA is copied to. */
export function alignedRowBytes(width: number): number {
  return Math.ceil((width * 4) / ROW_ALIGNMENT) * ROW_ALIGNMENT;
}

/** Takes the padding out of rows. */
export function packRows(rows: Uint8Array, rowBytes: number, stride: number, target: Uint8Array): void {
  for (let from = 0, to = 0; to < target.length; from += stride, to += rowBytes)
    target.set(rows.subarray(from, from + rowBytes), to);
}

/**
 * Reads a picture's pixels as straight-alpha sRGB: through a texture of the device, or where there is none, or it
 * can't (lost, picture too large), through a 2D canvas. Opaque pixels are the same either way.
 *
 * @param target - exactly `width * height * 4` bytes
 * @throws FramerailError `E_IMPORT_FAILED`
 */
export async function readPicture(
  source: PictureLike,
  target: Uint8Array,
  device: GPUDevice | undefined,
): Promise<void> {
  if (device !== undefined && (await readByTexture(source, target, device))) return;
  try {
    readByCanvas(source, target);
  } catch (error) {
    throw importFailed(`a picture of ${source.width}×${source.height}`, error);
  }
}

/** Returns whether it worked. */
async function readByTexture(source: PictureLike, target: Uint8Array, device: GPUDevice): Promise<boolean> {
  const { width, height } = source;
  const stride = alignedRowBytes(width);
  const { maxTextureDimension2D, maxBufferSize } = device.limits;
  if (Math.max(width, height) > maxTextureDimension2D || stride * height > maxBufferSize) return false;
  const made: { destroy(): void }[] = [];
  try {
    const { value: readback, error } = withErrorScopes(device, ['validation', 'out-of-memory'], () => {
      const texture = device.createTexture({
        label: 'framerail picture',
        size: [width, height],
        format: 'rgba8unorm',
        usage: TEXTURE_USAGE.COPY_SRC | TEXTURE_USAGE.COPY_DST | TEXTURE_USAGE.RENDER_ATTACHMENT,
      });
      made.push(texture);
      const buffer = device.createBuffer({
        label: 'framerail picture readback',
        size: stride * height,
        usage: GPU_USAGE.MAP_READ | GPU_USAGE.COPY_DST,
      });
      made.push(buffer);
      device.queue.copyExternalImageToTexture(
        { source: source as GPUCopyExternalImageSource },
        { texture, colorSpace: 'srgb', premultipliedAlpha: false },
        [width, height],
      );
      const encoder = device.createCommandEncoder();
      encoder.copyTextureToBuffer({ texture }, { buffer, bytesPerRow: stride }, [width, height]);
      device.queue.submit([encoder.finish()]);
      return buffer;
    });
    const [refusal] = await Promise.all([error, readback.mapAsync(GPU_MAP_MODE.READ)]);
    if (refusal !== undefined) return false;
    packRows(new Uint8Array(readback.getMappedRange()), width * 4, stride, target);
    return true;
  } catch {
    return false;
  } finally {
    for (const one of made) one.destroy();
  }
}

/** What the host has of a 2D canvas; this package is compiled without the DOM's types. */
interface CanvasHost {
  readonly OffscreenCanvas?: new (
    width: number,
    height: number,
  ) => {
    getContext(
      kind: '2d',
      settings: { colorSpace: 'srgb'; willReadFrequently: boolean },
    ): {
      drawImage(source: PictureLike, x: number, y: number): void;
      getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
    } | null;
  };
}

function readByCanvas(source: PictureLike, target: Uint8Array): void {
  const { OffscreenCanvas } = globalThis as CanvasHost;
  if (OffscreenCanvas === undefined) throw new Error('this host has no OffscreenCanvas');
  const canvas = new OffscreenCanvas(source.width, source.height);
  const context = canvas.getContext('2d', { colorSpace: 'srgb', willReadFrequently: true });
  if (context === null) throw new Error('it has no 2D canvas of this size');
  context.drawImage(source, 0, 0);
  target.set(context.getImageData(0, 0, source.width, source.height).data);
}
