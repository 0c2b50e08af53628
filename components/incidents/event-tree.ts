import type { Event } from '#lib/incidents/api/index.ts'

export interface EventNode {
  event: Event
  parts: EventNode[]
}

/**
 * Returns events as a tree: the root event of the incident first, then other events by their start. An event whose
 * parent is not in the list is at the top level.
 */
export function buildEventTree(events: readonly Event[], rootId: string | null): EventNode[] {
  const nodes = new Map(events.map((event) => [event.id, { event, parts: [] } as EventNode]))
  const top: EventNode[] = []
  for (const node of nodes.values()) {
    const parent = parentOf(node, nodes)
    if (parent) parent.parts.push(node)
    else top.push(node)
  }
  const sorted = (list: EventNode[]): EventNode[] =>
    list
      .toSorted((a, b) => rank(a, rootId) - rank(b, rootId) || begin(a) - begin(b))
      .map(({ event, parts }) => ({ event, parts: sorted(parts) }))
  return sorted(top)
}

/**
 * Returns the parent of a node; null if it has none. A node whose parents form a cycle also gets null, because
 * otherwise the events of the cycle would not appear in the tree.
 */
function parentOf(node: EventNode, nodes: ReadonlyMap<string, EventNode>): EventNode | null {
  const parent = nodes.get(node.event.partOf ?? '')
  const seen = new Set([node])
  for (let above = parent; above; above = nodes.get(above.event.partOf ?? '')) {
    if (seen.has(above)) return null
    seen.add(above)
  }
  return parent ?? null
}

const rank = ({ event }: EventNode, rootId: string | null) => (event.id === rootId ? 0 : 1)
const begin = ({ event }: EventNode) => Date.parse(event.startedBetween[1])
