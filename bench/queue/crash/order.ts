/** Where a queue's tasks are kept. */
export type Store =
  | { readonly kind: 'sqlite'; readonly path: string; readonly program: string }
  | { readonly kind: 'bullmq'; readonly url: string; readonly queue: string; readonly program: string };

/** What an owner is told: the one argument of its program, as JSON. */
export interface OwnerOrder {
  readonly store: Store;
  /** A file to which it and its workers add lines. */
  readonly witness: string;
  readonly seed: number;
  /** Tasks that it sees to: it adds as many as are missing; 0: it only does what is left, and ends. */
  readonly tasks: number;
  /** Workers in processes of their own, where it has any. */
  readonly children?:
    | { readonly program: string; readonly module: string; readonly workers: number }
    | undefined;
}

/** The variable of the environment that has the witness's path, for workers. */
export const WITNESS = 'FRAMERAIL_BENCH_WITNESS';
