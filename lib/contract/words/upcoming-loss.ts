import { formatUtcMinute, formatUtcWeekday } from '../time/dates.ts'

/** Fields of an event about an announced loss that are needed to describe it. */
interface LossAheadEvent {
  /** Start of the work in UTC: `2026-11-20T02:00Z`. */
  subject: string
  evidence: readonly { field: string; after?: unknown }[]
}

/** Text for a state in which the loss of a single further element would remove the last route of a prefix. */
export const NEXT_FAILURE_CUTS_OFF_TEXT = 'one further failure would cut off prefixes'

const effects: ReadonlyMap<unknown, string> = new Map([
  ['fills', 'a path is full'],
  ['exposed', NEXT_FAILURE_CUTS_OFF_TEXT],
])

/**
 * Describes an announced loss: `Tue 2026-12-01 20:37 UTC Amsterdam maintenance: 9 prefixes cut off`.
 * @param isBrief whether the word `maintenance` replaces the title of the work
 */
export function formatUpcomingLoss({ subject, evidence }: LossAheadEvent, isBrief = false): string {
  const find = (...fields: string[]) => evidence.find(({ field }) => fields.includes(field))?.after
  const isTime = !Number.isNaN(Date.parse(subject))
  const time = isTime ? `${formatUtcWeekday(subject)} ${formatUtcMinute(subject)}` : subject
  const count = Number(find('prefixes cut off', 'prefixes stranded') ?? 0)
  const effect = count > 0 ? `${count} ${count === 1 ? 'prefix' : 'prefixes'} cut off` : effects.get(find('effect'))
  const work = isBrief ? 'maintenance' : find('windows') || 'maintenance'
  return `${time} ${String(work)}${effect ? `: ${effect}` : ''}`
}
