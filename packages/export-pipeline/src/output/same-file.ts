import { stat } from 'node:fs/promises';
import { invalidArgument } from '@framerail/lifecycle';

/**
 * Refuses an output that is the input, also under another name (a link, another path).
 *
 * @throws FramerailError `E_INVALID_ARGUMENT`
 */
export async function expectOtherFile(input: string, output: string): Promise<void> {
  const [a, b] = await Promise.all(
    [input, output].map((path) => stat(path, { bigint: true }).catch(() => undefined)),
  );
  if (a === undefined || b === undefined || a.ino !== b.ino || a.dev !== b.dev) return;
  throw invalidArgument('output', 'another file than the input', output);
}
