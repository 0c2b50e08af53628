/**
 * The circles of a directed graph, one for each edge that closes one, as the nodes along it with the first repeated at the end.
 * Each circle is reported once, beginning with its smallest name.
 */
export function findCycles(edges: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const cycles = new Map<string, string[]>()
  const done = new Set<string>()
  const visit = (node: string, trail: string[]): void => {
    const at = trail.indexOf(node)
    if (at >= 0) {
      const ring = rotated(trail.slice(at))
      cycles.set(ring.join(' '), [...ring, ring[0] ?? node])
      return
    }
    if (done.has(node)) return
    for (const next of [...(edges.get(node) ?? [])].sort()) visit(next, [...trail, node])
    done.add(node)
  }
  for (const node of [...edges.keys()].sort()) visit(node, [])
  return [...cycles.values()]
}

function rotated(ring: string[]): string[] {
  const smallest = ring.indexOf([...ring].sort()[0] ?? '')
  return [...ring.slice(smallest), ...ring.slice(0, smallest)]
}
