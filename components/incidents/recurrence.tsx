import type { Incident } from '#lib/incidents/api/index.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { formatBriefDuration } from '#lib/contract/words/durations.ts'

type Recurrence = NonNullable<Incident['recurrence']>

/** Formats how often an incident occurred: `4 times in 1 h 30 min`; null if it occurred only once within 24 h. */
function formatRecurrence(recurrence: Incident['recurrence']): string | null {
  if (recurrence === null || recurrence.count < 2) return null
  const { count, openedAt } = recurrence
  const [first, last] = [openedAt[0], openedAt.at(-1)].map((at) => Date.parse(at ?? '')) as [number, number]
  return `${count} times in ${openedAt.length < count ? '24 h' : formatBriefDuration(last - first)}`
}

/**
 * Group of incidents in a list that belong together: the first incident in the list (`lead`), and the others
 * (`others`), which repeat it or have the same cause in another subscription.
 */
export interface IncidentGroup {
  lead: Incident
  others: Incident[]
}

/**
 * Returns a key that is equal for open incidents about failing polls with the same cause, even if they concern
 * different subscriptions. Returns null for every other incident.
 */
function getPollCauseKey({ state, root, cause }: Incident): string | null {
  if (state !== 'open' || (root?.kind !== 'collector_degraded' && root?.kind !== 'nothing_polled')) return null
  return `${root.kind} ${cause?.class ?? ''}`
}

/**
 * Returns the number of subscriptions whose polls fail for the same cause, if the group consists of incidents about
 * failing polls. Returns null for other groups, or if only one subscription is affected.
 */
export function countSubscriptionsOfGroup({ lead, others }: IncidentGroup): number | null {
  const count = getPollCauseKey(lead) === null ? 1 : new Set([lead, ...others].map(({ scope }) => scope)).size
  return count === 1 ? null : count
}

/**
 * Groups incidents that repeat each other, that is, have the same resource and kind and were opened less than a day
 * apart. Open incidents about failing polls with the same cause also form a group, because one cause that affects
 * several subscriptions needs only one row. Groups are in the order of their first incident in the list.
 */
export function groupRecurringIncidents(incidents: readonly Incident[]): IncidentGroup[] {
  const groups: IncidentGroup[] = []
  for (const one of incidents) {
    const cause = getPollCauseKey(one)
    const repeats = groups.find(({ lead, others }) => {
      if (cause !== null && cause === getPollCauseKey(lead)) return true
      const { recurrence, openedAt } = others.at(-1) ?? lead
      const apart = Math.abs(Date.parse(openedAt) - Date.parse(one.openedAt))
      return recurrence !== null && recurrence.key === one.recurrence?.key && apart < MS_PER_DAY
    })
    if (repeats) repeats.others.push(one)
    else groups.push({ lead: one, others: [] })
  }
  return groups
}

const WIDTH = 72
const HEIGHT = 12

/** Possible lengths of the time axis in ms; the shortest length that contains all occurrences is used. */
const SPANS = [MS_PER_HOUR, 3 * MS_PER_HOUR, 6 * MS_PER_HOUR, 12 * MS_PER_HOUR, MS_PER_DAY]

/** Shows how often an incident occurred, as text and as marks on a time axis. The axis ends at the last occurrence. */
export function RecurrenceStrip({ recurrence }: Pick<Incident, 'recurrence'>) {
  const words = formatRecurrence(recurrence)
  if (recurrence === null || words === null) return null
  return (
    <span className="inline-flex items-center gap-1.5 text-xs whitespace-nowrap text-ink-2">
      <span className="tabular-nums">{words}</span>
      <Marks openedAt={recurrence.openedAt} />
    </span>
  )
}

function Marks({ openedAt }: Pick<Recurrence, 'openedAt'>) {
  const times = openedAt.map((at) => Date.parse(at))
  const last = times.at(-1) ?? 0
  const span = SPANS.find((length) => last - (times[0] ?? last) < length) ?? MS_PER_DAY
  const path = times
    .map((at) => `M${Math.round((1 + (1 - (last - at) / span) * (WIDTH - 2)) * 10) / 10} 1V${HEIGHT - 2}`)
    .join('')
  return (
    <svg width={WIDTH} height={HEIGHT} className="shrink-0 print:hidden" aria-hidden>
      <title>{`The ${span / MS_PER_HOUR} h up to the last one`}</title>
      <path d={`M0 ${HEIGHT - 1}H${WIDTH}`} className="stroke-line-strong" />
      <path d={path} strokeWidth={2} className="stroke-ink-2" />
    </svg>
  )
}
