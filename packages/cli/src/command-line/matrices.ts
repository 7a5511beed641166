/** What `--matrix` takes, and the matrix it stands for. */
export const MATRICES = { bt601: 'smpte170m', bt709: 'bt709', bt2020: 'bt2020-ncl' } as const;

/** A name that `--matrix` takes. */
export type MatrixArgument = keyof typeof MATRICES;

/** The names, in the order of the standards. */
export const MATRIX_NAMES = Object.keys(MATRICES) as MatrixArgument[];
