/**
 * The circles of a directed graph: its strongly connected components with more than one node, or with an arrow to
 * itself (Tarjan's algorithm, without recursion deeper than the longest path).
 * @param {ReadonlyMap<string, ReadonlySet<string>>} graph
 * @returns {string[][]} each circle's nodes, sorted
 */
export function circlesOf(graph) {
  /** @type {Map<string, { index: number, low: number, onStack: boolean }>} */
  const visited = new Map();
  /** @type {string[]} */
  const stack = [];
  /** @type {string[][]} */
  const circles = [];

  /** @param {string} node */
  const visit = (node) => {
    const mark = { index: visited.size, low: visited.size, onStack: true };
    visited.set(node, mark);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      const known = visited.get(next);
      if (known === undefined) mark.low = Math.min(mark.low, visit(next).low);
      else if (known.onStack) mark.low = Math.min(mark.low, known.index);
    }
    if (mark.low === mark.index) closeComponent(node);
    return mark;
  };

  /** @param {string} root */
  const closeComponent = (root) => {
    const component = stack.splice(stack.lastIndexOf(root));
    for (const member of component) {
      const mark = visited.get(member);
      if (mark !== undefined) mark.onStack = false;
    }
    if (component.length > 1 || graph.get(root)?.has(root)) circles.push(component.sort());
  };

  for (const node of graph.keys()) if (!visited.has(node)) visit(node);
  return circles;
}
