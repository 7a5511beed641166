const PART_ITEMS = 200;
const PART_UNITS = 100_000;

/**
 * A list as JSON, in parts that are each a list: written some at a time, so that the event loop gets its turn in between.
 *
 * @param items - with a `data` text each, which decides how long a part is
 */
export async function jsonParts(items: readonly { readonly data: string }[]): Promise<readonly string[]> {
  const parts: string[] = [];
  let part: { readonly data: string }[] = [];
  let units = 0;
  for (const item of items) {
    part.push(item);
    units += item.data.length;
    if (part.length < PART_ITEMS && units < PART_UNITS) continue;
    parts.push(JSON.stringify(part));
    part = [];
    units = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (part.length > 0) parts.push(JSON.stringify(part));
  return parts;
}
