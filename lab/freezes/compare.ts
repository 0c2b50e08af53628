/** An incident as recorded at the end of a run. */
export interface RecordedIncident {
  id: string
  title: string
  /**
   * time at which the first event that requires a notice settled, in epoch milliseconds; null if no event requires a
   * notice
   */
  settledAt: number | null
  /** null = open */
  closedAt: number | null
}

/** A received notice, sent separately or in a digest. */
export interface ReceivedNotice {
  messageId: string
  incidentId: string
  reason: string
  /** epoch milliseconds */
  decidedAt: number
}

export interface NoticeComparisonResult {
  /** incidents whose opening or closing had to be notified, but was not */
  lost: string[]
  /** incidents for which the same notification arrived repeatedly, under different message IDs */
  doubled: string[]
}

const OPENS = new Set(['opened', 'flapping'])

/**
 * Compares the received notices with the required ones (docs/rules/notifications.md 1 and 2): each incident with a
 * relevant event is notified, each closed incident is notified as closed, and no notice is repeated. A message that
 * arrives twice with the same ID is allowed, because delivery is at least once.
 * @param until incidents that settled or closed after this time may lack the notice
 */
export function compareNoticesWithIncidents(
  incidents: readonly RecordedIncident[],
  notices: readonly ReceivedNotice[],
  until: number,
): NoticeComparisonResult {
  const lost: string[] = []
  const doubled: string[] = []
  const byIncident = Map.groupBy(distinct(notices), ({ incidentId }) => incidentId)
  for (const { id, title, settledAt, closedAt } of incidents) {
    if (settledAt === null || settledAt > until) continue
    const own = byIncident.get(id) ?? []
    const last = own.at(-1)
    if (!last) lost.push(`${title} (${id}): no notice`)
    // an incident that was notified as flapping is excluded, because its end is notified separately half an hour later
    else if (closedAt !== null && closedAt <= until && last.reason !== 'closed' && !own.some(isFlapping))
      lost.push(`${title} (${id}): closed, and the last notice is ${last.reason}`)
  }
  for (const [id, own] of byIncident) doubled.push(...repeatedOpenings(id, own))
  return { lost, doubled }
}

const isFlapping = ({ reason }: ReceivedNotice) => reason === 'flapping'

/** Sorts notices by decision time and removes repeated deliveries of the same message. */
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
    // a second `closed` is valid if the incident reopened and closed again before that settled, but not with the same
    // decision time
    if (reason === 'closed' && decidedAt === closedAt) found.push(`${id}: closed twice`)
    if (reason === 'closed') closedAt = decidedAt
    isOpen = reason !== 'closed'
  }
  return found
}
