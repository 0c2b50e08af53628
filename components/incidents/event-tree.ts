import { severities } from '#lib/contract/vocabulary.ts'
import type { DetectedNetworkEvent, IncidentDetail } from '#lib/incidents/api/index.ts'

export interface EventTreeNode {
  event: DetectedNetworkEvent
  parts: EventTreeNode[]
}

/**
 * Returns the ID of the event that a page shows first and opens. It is the root event. If the root event has ended
 * although the incident opened again, it is the most severe ongoing event that no other event contains.
 */
export function findLeadingEventId(
  events: readonly DetectedNetworkEvent[],
  root: DetectedNetworkEvent | null,
): string | null {
  if (root === null || root.endedBetween === null) return root?.id ?? null
  const rank = ({ severity, kind }: DetectedNetworkEvent) =>
    severities.indexOf(severity) * 2 + (kind === root.kind ? 0 : 1)
  const [present] = events
    .filter(({ endedBetween, partOf }) => endedBetween === null && partOf === null)
    .toSorted((a, b) => rank(a) - rank(b))
  return present && severities.indexOf(present.severity) <= severities.indexOf(root.severity) ? present.id : root.id
}

/**
 * Returns events as a tree: the leading event of the incident first, then other events by their start. An event whose
 * parent is not in the list is at the top level.
 * @param leadId ID of the leading event (`findLeadingEventId`); null = by start only
 */
export function buildEventTree(events: readonly DetectedNetworkEvent[], leadId: string | null): EventTreeNode[] {
  const nodes = new Map(events.map((event) => [event.id, { event, parts: [] } as EventTreeNode]))
  const top: EventTreeNode[] = []
  for (const node of nodes.values()) {
    const parent = parentOf(node, nodes)
    if (parent) parent.parts.push(node)
    else top.push(node)
  }
  const sorted = (list: EventTreeNode[]): EventTreeNode[] =>
    list
      .toSorted((a, b) => rank(a, leadId) - rank(b, leadId) || begin(a) - begin(b))
      .map(({ event, parts }) => ({ event, parts: sorted(parts) }))
  return sorted(top)
}

/**
 * Returns the parent of a node; null if it has none. A node whose parents form a cycle also gets null, because
 * otherwise the events of the cycle would not appear in the tree.
 */
function parentOf(node: EventTreeNode, nodes: ReadonlyMap<string, EventTreeNode>): EventTreeNode | null {
  const parent = nodes.get(node.event.partOf ?? '')
  const seen = new Set([node])
  for (let above = parent; above; above = nodes.get(above.event.partOf ?? '')) {
    if (seen.has(above)) return null
    seen.add(above)
  }
  return parent ?? null
}

const rank = ({ event }: EventTreeNode, leadId: string | null) => (event.id === leadId ? 0 : 1)
const begin = ({ event }: EventTreeNode) => Date.parse(event.startedBetween[1])

/** Event in the table of a printed incident. */
export interface PrintedEvent {
  event: DetectedNetworkEvent
  /** number of the event in the table, from 1, to which the appendix refers */
  number: number
  /** number of events that contain this event */
  depth: number
  /** whether the event has a known cause that differs from the cause of the event which contains it */
  hasOwnCause: boolean
}

/** Returns the events of a tree as the rows of a table, each event below the event that contains it. */
export function listPrintedEvents(nodes: readonly EventTreeNode[]): PrintedEvent[] {
  const listBelow = (
    list: readonly EventTreeNode[],
    depth: number,
    above: DetectedNetworkEvent | null,
  ): Omit<PrintedEvent, 'number'>[] =>
    list.flatMap(({ event, parts }) => [
      { event, depth, hasOwnCause: isOwnCause(event.cause, above?.cause ?? null) },
      ...listBelow(parts, depth + 1, event),
    ])
  return listBelow(nodes, 0, null).map((row, index) => ({ ...row, number: index + 1 }))
}

/**
 * Reports whether the cause of an event is known and differs from the cause of the event that contains it.
 * @param above cause of the containing event; null = no event contains it
 */
export const isOwnCause = (
  cause: DetectedNetworkEvent['cause'],
  above: DetectedNetworkEvent['cause'] | null,
): boolean => cause.class !== 'unknown_cause' && cause.class !== above?.class

/**
 * Returns the causes that were considered for the events of an incident, except its likely cause, which the summary
 * contains. Each cause and each piece of advice occurs once.
 */
export function listOtherCauses({
  cause,
  timeline,
}: Pick<IncidentDetail, 'cause' | 'timeline'>): DetectedNetworkEvent['causes'] {
  const others = new Map<string, DetectedNetworkEvent['cause']>()
  const advice = new Set([cause?.nextStep])
  const considered = timeline.flatMap((event) => (event.causes.length > 0 ? event.causes : [event.cause]))
  for (const one of considered) {
    if (one.class === 'unknown_cause' || one.class === cause?.class || others.has(one.class)) continue
    others.set(one.class, { ...one, nextStep: advice.has(one.nextStep) ? '' : one.nextStep })
    advice.add(one.nextStep)
  }
  return [...others.values()]
}
