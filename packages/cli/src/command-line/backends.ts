/** What `--backend` takes. */
export const BACKENDS = ['auto', 'gpu', 'native', 'reference'] as const;

/** One of {@link BACKENDS}. */
export type BackendArgument = (typeof BACKENDS)[number];
