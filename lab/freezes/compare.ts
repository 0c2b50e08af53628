/** An incident as it is recorded at the end of a run. */
export interface RecordedIncident {
  id: string
  title: string
  /** when its first event that counts had settled, epoch milliseconds; null = none counts */
  settledAt: number | null
  /** null = open */
  closedAt: number | null
}

/** One notice as it arrived, alone or in a digest. */
export interface ReceivedNotice {
  messageId: string
  incidentId: string
  reason: string
  /** epoch milliseconds */
  decidedAt: number
}

export interface Comparison {
  /** incidents that should have been notified as open or closed and were not */
  lost: string[]
  /** notices of one incident that say the same twice under different ids */
  doubled: string[]
}

const OPENS = new Set(['opened', 'flapping'])

/**
 * Compares what was received with what should have been (docs/rules/notifications.md 1 and 2): each incident with an event that
 * counts is notified, each that closed is notified as closed, and nothing is said twice. A message that arrives twice under one id
 * is no fault: delivery is at least once.
 * @param until what settled or closed after it need not have arrived
 */
export function compare(
  incidents: readonly RecordedIncident[],
  notices: readonly ReceivedNotice[],
  until: number,
): Comparison {
  const lost: string[] = []
  const doubled: string[] = []
  const byIncident = Map.groupBy(distinct(notices), ({ incidentId }) => incidentId)
  for (const { id, title, settledAt, closedAt } of incidents) {
    if (settledAt === null || settledAt > until) continue
    const own = byIncident.get(id) ?? []
    const last = own.at(-1)
    if (!last) lost.push(`${title} (${id}): no notice`)
    // a flapping incident ends with a notice of its own, half an hour later
    else if (closedAt !== null && closedAt <= until && last.reason !== 'closed' && !own.some(isFlapping))
      lost.push(`${title} (${id}): closed, and the last notice is ${last.reason}`)
  }
  for (const [id, own] of byIncident) doubled.push(...repeatedOpenings(id, own))
  return { lost, doubled }
}

const isFlapping = ({ reason }: ReceivedNotice) => reason === 'flapping'

/** The order of decisions; a message that came twice counts once. */
function distinct(notices: readonly ReceivedNotice[]): ReceivedNotice[] {
  const keyed = notices.map((notice) => [`${notice.messageId} ${notice.incidentId} ${notice.reason}`, notice] as const)
  return [...new Map(keyed).values()].toSorted((a, b) => a.decidedAt - b.decidedAt)
}

function repeatedOpenings(id: string, notices: readonly ReceivedNotice[]): string[] {
  const found: string[] = []
  let isOpen = false
  let closedAt: number | null = null
  for (const { reason, decidedAt } of notices) {
    if (OPENS.has(reason) && isOpen) found.push(`${id}: ${reason} while it was open`)
    // closed twice is in order when it reopened and closed before that settled; never at the same decision
    if (reason === 'closed' && decidedAt === closedAt) found.push(`${id}: closed twice`)
    if (reason === 'closed') closedAt = decidedAt
    isOpen = reason !== 'closed'
  }
  return found
}
