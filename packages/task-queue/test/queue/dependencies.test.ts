import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flowOrder } from '../../src/flow/flow-graph.js';
import { manualQueue, turns } from './queues.js';

describe('tasks that come after others', () => {
  it('begin when those are completed, in any graph', async () => {
    const graph = fc
      .integer({ min: 1, max: 12 })
      .chain((size) =>
        fc.tuple(
          fc.array(fc.array(fc.nat(100), { maxLength: 3 }), { minLength: size, maxLength: size }),
          fc.shuffledSubarray([...Array(size).keys()], { minLength: size, maxLength: size }),
        ),
      );
    await fc.assert(
      fc.asyncProperty(graph, async ([edges, order]) => {
        const { queue } = manualQueue();
        const ended: string[] = [];
        queue.define('node', async ({ data }) => {
          await turns(1);
          ended.push(data as string);
        });
        const before = edges.map((others, at) =>
          at === 0 ? [] : [...new Set(others.map((other) => other % at))],
        );
        const nodes = Object.fromEntries(
          order.map((at) => [
            `n${at}`,
            { name: 'node', data: `n${at}`, after: (before[at] ?? []).map((other) => `n${other}`) },
          ]),
        );
        const handles = await queue.flow({ nodes });
        expect(Object.keys(handles).sort()).toEqual(Object.keys(nodes).sort());
        await Promise.all(Object.values(handles).map((handle) => handle.result));
        expect(ended).toHaveLength(edges.length);
        for (const [at, others] of before.entries())
          for (const other of others)
            expect(ended.indexOf(`n${other}`)).toBeLessThan(ended.indexOf(`n${at}`));
        await queue.close();
      }),
      { numRuns: 40 },
    );
  });

  it('are refused in a circle, which is named', async () => {
    const { queue } = manualQueue();
    const node = (...after: string[]) => ({ name: 'x', after });
    const nodes = { a: node('d'), b: node('a'), c: node('b'), d: node('c'), e: node('d'), f: node() };
    await expect(queue.flow({ nodes })).rejects.toMatchObject({
      code: 'E_TASK_CIRCULAR',
      details: { circle: ['a', 'd', 'c', 'b'] },
      message: expect.stringContaining('a comes after d comes after c comes after b comes after a'),
    });
    await expect(queue.flow({ nodes: { self: node('self') } })).rejects.toMatchObject({
      code: 'E_TASK_CIRCULAR',
    });
    expect(await queue.list()).toEqual([]);
    await expect(queue.flow({ nodes: {} })).rejects.toMatchObject({ code: 'E_INVALID_ARGUMENT' });
    await queue.close();
  });

  it('are put in order however long the chain, and refused however long the circle', () => {
    const length = 20_000;
    const chain = (first: string[]) =>
      Object.fromEntries(
        Array.from({ length }, (_, at) => [
          `n${at}`,
          { name: 'x', after: at === 0 ? first : [`n${at - 1}`] },
        ]),
      );
    expect(flowOrder({ nodes: chain([]) }).names[length - 1]).toBe(`n${length - 1}`);
    expect(() => flowOrder({ nodes: chain([`n${length - 1}`]) })).toThrow(
      expect.objectContaining({ code: 'E_TASK_CIRCULAR' }),
    );
  });

  it('are cancelled when one of those fails, with the reason, and so on', async () => {
    const { queue } = manualQueue();
    queue.define('ok', () => 1);
    queue.define('bad', () => {
      throw new Error('no');
    });
    const flow = await queue.flow({
      nodes: {
        source: { name: 'bad' },
        next: { name: 'ok', after: ['source'] },
        last: { name: 'ok', after: ['next'] },
        other: { name: 'ok' },
      },
    });
    const cancelled = { code: 'E_TASK_CANCELLED', details: { failures: [{ code: 'E_TASK_DEPENDENCY' }] } };
    await Promise.all([
      expect(flow.source.result).rejects.toMatchObject({ code: 'E_TASK_FAILED' }),
      expect(flow.next.result).rejects.toMatchObject(cancelled),
      expect(flow.last.result).rejects.toMatchObject(cancelled),
      flow.other.result,
    ]);
    await expect(queue.add('ok', 1, { after: [flow.source] })).rejects.toMatchObject({
      code: 'E_TASK_DEPENDENCY',
    });
    const after = await queue.add<number>('ok', 1, { after: [flow.other, flow.other.id] });
    expect(await after.result).toBe(1);
    await queue.close();
  });

  it('explain what they wait for', async () => {
    const { queue, pass } = manualQueue();
    queue.define('ok', () => 1);
    const first = await queue.add('ok', 1, { delayMs: 1000 });
    const second = await queue.add('ok', 2, { after: [first] });
    expect(await queue.explain(first)).toMatchObject({
      state: 'delayed',
      hindrances: [{ what: 'delay', text: expect.stringContaining('1000 ms') }],
    });
    expect(await queue.explain(second)).toMatchObject({
      state: 'blocked',
      hindrances: [{ what: 'dependencies', ids: [first.id] }],
    });
    await pass(1001);
    expect(await second.result).toBe(1);
    await queue.close();
  });
});
