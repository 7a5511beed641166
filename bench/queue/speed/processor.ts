import { median } from '../../measure.ts';

/** Works by name; each gives the milliseconds that it took. */
type Works = Readonly<Record<string, () => Promise<number>>>;

/**
 * Notes what works take of the processor, all threads of this process together, besides the time that passes: that changes less on a
 * machine that others use too.
 */
export function notingProcessor<Given extends Works>(works: Given, warmup: number) {
  const samples: Record<string, number[]> = {};
  const noting = Object.fromEntries(
    Object.entries(works).map(([name, work]) => {
      const own: number[] = [];
      samples[name] = own;
      const noted = async (): Promise<number> => {
        const before = process.cpuUsage();
        const ms = await work();
        const { user, system } = process.cpuUsage(before);
        own.push((user + system) / 1000);
        return ms;
      };
      return [name, noted];
    }),
  ) as Works as Given;
  /** Milliseconds of the processor, the median of the rounds after those that warm up. */
  const processorMs = (name: keyof Given): number => median(samples[name as string]?.slice(warmup) ?? []);
  return { noting, processorMs };
}
