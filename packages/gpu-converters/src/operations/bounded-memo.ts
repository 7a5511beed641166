/**
 * Keeps the results that were asked for last, by name.
 *
 * @param most - results kept
 */
export function boundedMemo<T>(most: number): (name: string, make: () => T) => T {
  const kept = new Map<string, T>();
  return (name, make) => {
    const known = kept.get(name);
    const value = known ?? make();
    // Maps remember the order of setting: the first one was used longest ago.
    kept.delete(name);
    kept.set(name, value);
    if (kept.size > most) kept.delete(kept.keys().next().value as string);
    return value;
  };
}
