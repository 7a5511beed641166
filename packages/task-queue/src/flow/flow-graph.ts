import { expectObject, FramerailError, invalidArgument } from '@framerail/lifecycle';
import { expectName } from '../lanes/lane-options.js';
import type { AddOptions } from '../queue/add-options.js';

/** A task of a flow. */
export interface FlowNode extends Omit<AddOptions, 'after'> {
  /** Which handler does it. */
  readonly name: string;
  /** What it works on: anything that JSON can express. */
  readonly data?: unknown;
  /** Names of nodes of the flow, handles or ids of tasks, that have to be completed before. Strings that name a node mean the node. */
  readonly after?: readonly (string | { readonly id: string })[] | undefined;
}

/** Tasks that come after one another. */
export interface Flow<Names extends string = string> {
  /** The tasks by names of the flow's own. */
  readonly nodes: Readonly<Record<Names, FlowNode>>;
}

/** A node with its place in the batch. */
export interface PlacedNode {
  readonly node: FlowNode;
  /** Places of nodes that come before it. */
  readonly afterBatch: readonly number[];
  /** Other tasks that come before it. */
  readonly after: readonly (string | { readonly id: string })[];
}

/**
 * Puts the nodes of a flow in order, those that others come after first.
 *
 * @returns the names in that order, and the nodes
 * @throws FramerailError `E_TASK_CIRCULAR` naming a circle, `E_INVALID_ARGUMENT`
 */
export function flowOrder(flow: Flow): {
  readonly names: readonly string[];
  readonly placed: readonly PlacedNode[];
} {
  expectObject('flow', flow, 'a flow { nodes }');
  const nodes = new Map(Object.entries(expectObject('flow.nodes', flow.nodes, 'tasks by name')));
  if (nodes.size === 0) throw invalidArgument('flow.nodes', 'at least one task', flow.nodes);
  for (const [name, node] of nodes) {
    expectObject(`flow.nodes.${expectName('a node', name)}`, node, 'a task { name, data, after, … }');
    if (node.after !== undefined && !Array.isArray(node.after))
      throw invalidArgument(
        `flow.nodes.${name}.after`,
        'a list of names of nodes, handles or ids',
        node.after,
      );
  }
  const names = sorted(nodes);
  const places = new Map(names.map((name, place) => [name, place]));
  const placed = names.map((name) => {
    const node = nodes.get(name) as FlowNode;
    const before = node.after ?? [];
    return {
      node,
      afterBatch: [...new Set(before.flatMap((other) => places.get(other as string) ?? []))],
      after: before.filter((other) => typeof other !== 'string' || !places.has(other)),
    };
  });
  return { names, placed };
}

/** Names so that each comes after those that it waits for. Without recursion: a chain may be as long as a film has segments. */
function sorted(nodes: ReadonlyMap<string, FlowNode>): readonly string[] {
  const before = new Map(
    [...nodes].map(([name, node]) => [
      name,
      [...new Set(node.after ?? [])].filter(
        (other) => typeof other === 'string' && nodes.has(other),
      ) as string[],
    ]),
  );
  const followers = new Map<string, string[]>([...nodes.keys()].map((name) => [name, []]));
  const missing = new Map<string, number>();
  for (const [name, others] of before) {
    missing.set(name, others.length);
    for (const other of others) followers.get(other)?.push(name);
  }
  const order = [...nodes.keys()].filter((name) => missing.get(name) === 0);
  for (let next = 0; next < order.length; next += 1) {
    for (const follower of followers.get(order[next] as string) ?? []) {
      const left = (missing.get(follower) as number) - 1;
      missing.set(follower, left);
      if (left === 0) order.push(follower);
    }
  }
  if (order.length < nodes.size) throw circular(before, missing);
  return order;
}

function circular(
  before: ReadonlyMap<string, readonly string[]>,
  missing: ReadonlyMap<string, number>,
): FramerailError {
  const isLeft = (name: string): boolean => (missing.get(name) ?? 0) > 0;
  // Whatever is left waits for something else that is left, so that walking on ends in a circle.
  const seen = new Map<string, number>();
  const walked: string[] = [];
  let name = [...missing.keys()].find(isLeft) as string;
  while (!seen.has(name)) {
    seen.set(name, walked.length);
    walked.push(name);
    name = before.get(name)?.find(isLeft) as string;
  }
  const circle = walked.slice(seen.get(name));
  const shown = circle.length > 12 ? [...circle.slice(0, 10), '…', circle.at(-1)] : circle;
  return new FramerailError({
    code: 'E_TASK_CIRCULAR',
    message: `Expected tasks that come after one another but received a circle: ${[...shown, name].join(' comes after ')}; take one of these out`,
    details: { circle },
  });
}
