// What is converted, and which conversions of the peers stand beside it.

import type { Operation, Upsampling } from '@framerail/gpu-converters';
import type { ColorSpace, PixelFormat } from '@framerail/media-types';

/** A conversion of one 3840×2160 frame. */
export interface Job {
  /** Of the result; its peers' jobs have the name `peers`, or this one without its `-4k`. */
  readonly id: string;
  readonly from: PixelFormat;
  readonly to: PixelFormat;
  readonly operations?: readonly Operation[];
  /** Default `left`. */
  readonly chromaLocation?: ColorSpace['chromaLocation'];
  /** Default `bilinear`. */
  readonly upsampling?: Upsampling;
  /** Name of the peers' job. */
  readonly peers?: string;
  /** What ours over the fastest peer may be; without it nothing is claimed. */
  readonly limit?: number;
  /** Also measured on every other instruction set. */
  readonly everySet?: boolean;
}

const HALVED: readonly Operation[] = [{ type: 'scale', width: 1920, height: 1080, filter: 'bilinear' }];

/**
 * Peers take 2×2 boxes for chroma of RGB, which is `center`; `left` and `topleft` weigh more pixels. Those that
 * convert NV12 to RGBA take the nearest chroma; the two that interpolate it read I420.
 */
export const JOBS: readonly Job[] = [
  { id: 'rgba-to-nv12-4k', from: 'RGBA', to: 'NV12', peers: 'rgba-to-nv12', limit: 1, everySet: true },
  {
    id: 'rgba-to-nv12-4k-center',
    from: 'RGBA',
    to: 'NV12',
    chromaLocation: 'center',
    peers: 'rgba-to-nv12',
    limit: 1,
  },
  { id: 'rgba-to-nv12-4k-topleft', from: 'RGBA', to: 'NV12', chromaLocation: 'topleft' },
  { id: 'rgba-to-i420-4k', from: 'RGBA', to: 'I420', peers: 'rgba-to-i420', limit: 1.2, everySet: true },
  { id: 'nv12-to-rgba-4k', from: 'NV12', to: 'RGBA', peers: 'nv12-to-rgba', limit: 1, everySet: true },
  {
    id: 'nv12-to-rgba-4k-nearest',
    from: 'NV12',
    to: 'RGBA',
    upsampling: 'nearest',
    peers: 'nv12-to-rgba-nearest',
    limit: 1,
    everySet: true,
  },
  { id: 'rgba-to-p010-4k', from: 'RGBA', to: 'P010', peers: 'rgba-to-p010', limit: 1.2, everySet: true },
  { id: 'p010-to-nv12-4k', from: 'P010', to: 'NV12', peers: 'p010-to-nv12', limit: 1.2, everySet: true },
  { id: 'yuy2-to-nv12-4k', from: 'YUY2', to: 'NV12', peers: 'yuy2-to-nv12', limit: 1.2, everySet: true },
  {
    id: 'nv12-4k-to-1080p',
    from: 'NV12',
    to: 'NV12',
    operations: HALVED,
    peers: 'nv12-4k-to-1080p',
    limit: 1.2,
    everySet: true,
  },
  {
    id: 'rgba-4k-to-1080p',
    from: 'RGBA',
    to: 'RGBA',
    operations: HALVED,
    peers: 'rgba-4k-to-1080p',
    limit: 1.2,
    everySet: true,
  },
];
