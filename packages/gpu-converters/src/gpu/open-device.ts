import { abortable, FramerailError, throwIfAborted } from '@framerail/lifecycle';
import { findWebgpu } from './webgpu-entry.js';

/** Options of {@link openGpuDevice}. */
export interface OpenGpuDeviceOptions {
  /** Which of several GPUs; default `high-performance`. */
  readonly powerPreference?: GPUPowerPreference | undefined;
  /** What the device must be able to do; an adapter that can't is refused. */
  readonly requiredFeatures?: readonly GPUFeatureName[] | undefined;
  /** What the device is asked for where the adapter has it; default `timestamp-query`. */
  readonly optionalFeatures?: readonly GPUFeatureName[] | undefined;
  /**
   * `false` switches off Dawn's rounding of timestamps to 65,536 ns; default `true`, since exact times tell other
   * programs' work apart. Browsers keep their own rounding whatever is asked.
   */
  readonly timestampQuantization?: boolean | undefined;
  /** Ends the wait; a device that comes later is destroyed. */
  readonly signal?: AbortSignal | undefined;
}

/** What an adapter says about itself; empty strings where it says nothing. */
export interface GpuAdapterInfo {
  /** Who made it, such as `nvidia`. */
  readonly vendor: string;
  /** The family, such as `ampere`. */
  readonly architecture: string;
  /** The maker's identifier of the device. */
  readonly device: string;
  /** The driver's words for it. */
  readonly description: string;
}

/** A device that was opened here and is closed by whoever holds the handle. */
export interface GpuDeviceHandle extends Disposable {
  /** Has the limits that frames up to 8K need, RGBA16F included, as far as the adapter goes. */
  readonly device: GPUDevice;
  /** What it runs on, for reports. */
  readonly adapterInfo: GpuAdapterInfo;
  /** Whether the "GPU" is a program on the CPU, such as SwiftShader or llvmpipe. */
  readonly isSoftware: boolean;
  /** Destroys the device; a Node process can then exit. Harmless when called twice. */
  close(): void;
}

/** RGBA16F of 8192 × 4320 pixels, in a buffer of its own. */
const BYTES_OF_8K = 8192 * 4320 * 8;

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|warp|basic render|software/i;

/**
 * Opens a GPU device: `navigator.gpu` where the host has it, npm's `webgpu` elsewhere.
 *
 * @throws FramerailError `E_GPU_UNAVAILABLE`, with `details.reasons`; `E_ABORTED`
 */
export async function openGpuDevice(options: OpenGpuDeviceOptions = {}): Promise<GpuDeviceHandle> {
  const { powerPreference = 'high-performance', timestampQuantization = true, signal } = options;
  const what = 'Opening a GPU device';
  throwIfAborted(signal, what);
  const entry = await abortable(findWebgpu({ timestampQuantization }), signal, what);
  if (entry.gpu === undefined) throw unavailable(entry.reasons);
  let adapter: GPUAdapter | null;
  try {
    adapter = await abortable(entry.gpu.requestAdapter({ powerPreference }), signal, what);
  } catch (error) {
    throwIfAborted(signal, what);
    throw unavailable([`asking ${entry.from} for an adapter failed: ${messageOf(error)}`], error);
  }
  if (adapter === null) throw unavailable([`${entry.from} has no adapter${driverHint(entry.from)}`]);
  const requiredFeatures = featuresFor(adapter, options);
  let device: GPUDevice;
  try {
    const requiredLimits = limitsFor8k(adapter.limits);
    device = await adapter.requestDevice({ label: 'framerail', requiredLimits, requiredFeatures });
  } catch (error) {
    throw unavailable([`the adapter ${describe(adapter.info)} gave no device: ${messageOf(error)}`], error);
  }
  if (signal?.aborted) device.destroy();
  throwIfAborted(signal, what);
  return handleOf(device, adapter.info);
}

/** What is asked of an adapter: enough for 8K, more than the default where the adapter has it, never more than it has. */
function limitsFor8k(limits: GPUSupportedLimits): Record<string, number> {
  const names = ['maxBufferSize', 'maxStorageBufferBindingSize'] as const;
  return Object.fromEntries(names.map((name) => [name, Math.min(limits[name], BYTES_OF_8K)]));
}

/** What is asked of an adapter, if it has all that is needed. */
function featuresFor(adapter: GPUAdapter, options: OpenGpuDeviceOptions): GPUFeatureName[] {
  const { requiredFeatures = [], optionalFeatures = ['timestamp-query'] } = options;
  const missing = requiredFeatures.filter((name) => !adapter.features.has(name));
  if (missing.length > 0) {
    throw unavailable([`the adapter ${describe(adapter.info)} has no ${missing.join(', no ')}`]);
  }
  return [
    ...new Set([...requiredFeatures, ...optionalFeatures.filter((name) => adapter.features.has(name))]),
  ];
}

function handleOf(device: GPUDevice, info: GPUAdapterInfo): GpuDeviceHandle {
  const { vendor, architecture, device: name, description } = info;
  let open = true;
  const close = (): void => {
    if (open) device.destroy();
    open = false;
  };
  return Object.freeze({
    device,
    adapterInfo: Object.freeze({ vendor, architecture, device: name, description }),
    isSoftware: info.isFallbackAdapter === true || SOFTWARE.test(`${architecture} ${name} ${description}`),
    close,
    [Symbol.dispose]: close,
  });
}

function unavailable(reasons: readonly string[], cause?: unknown): FramerailError {
  return new FramerailError({
    code: 'E_GPU_UNAVAILABLE',
    message: `There is no GPU device to be had: ${reasons.join('; ')}`,
    cause,
    details: { reasons },
  });
}

function driverHint(from: string): string {
  if (from !== 'webgpu package') return '';
  return ': no driver for Vulkan, Metal or Direct3D 12 was found, or none that Dawn accepts';
}

const describe = ({ vendor, architecture, description }: GPUAdapterInfo): string =>
  description || `${vendor} ${architecture}`.trim() || 'without a name';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
