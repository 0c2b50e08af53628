import type { Incident } from '#lib/incidents/api/index.ts'
import { formatUtcMinuteOfDay } from '#lib/contract/time/dates.ts'
import { formatLastKnown } from '#lib/contract/words/last-known.ts'
import { formatBitRate } from '../format/quantity.ts'

type Traffic = NonNullable<Incident['impact']['traffic']>

/**
 * Describes the traffic of a resource in both directions before and since the start of an incident, or the reason why
 * it is unknown. Traffic that is no longer polled has the time of its last counters.
 */
export function describeIncidentTraffic(
  { state, toAzure, fromAzure, notPolledSince }: Traffic,
  isPast: boolean,
  now: number,
): string {
  switch (state) {
    case 'read': {
      const when = notPolledSince ? formatLastKnown(formatUtcMinuteOfDay(notPolledSince, now)) : 'now'
      const of = ({ before, since }: Traffic['toAzure']) =>
        `${rateOf(since)} ${isPast ? 'meanwhile' : when}, ${rateOf(before)} before it began`
      return `To Azure ${of(toAzure)}; from Azure ${of(fromAzure)}.`
    }
    case 'not_read':
      return isPast
        ? 'Traffic not known: counters were not polled for long enough meanwhile.'
        : 'Traffic not known: counters were not polled for long enough since it began.'
    case 'too_short':
      if (notPolledSince)
        return `Traffic not compared: counters not polled since ${formatUtcMinuteOfDay(notPolledSince, now)}.`
      return isPast
        ? 'Traffic not compared: it was too short, because Azure’s counters may be minutes old.'
        : 'Traffic not compared yet: Azure’s counters may be minutes old, so that at least 5 min of them are needed.'
    case 'not_polled':
      return 'Traffic not known: counters are not polled.'
    case 'unknown':
      return describeUnknownTraffic([toAzure, fromAzure], isPast)
  }
}

/** Says which part of the traffic is unknown: the part before the begin, the part since then, or both. */
function describeUnknownTraffic(directions: readonly Traffic['toAzure'][], isPast: boolean): string {
  const isKnown = (when: 'before' | 'since') => directions.some((one) => one[when] !== null)
  const time = isPast ? 'meanwhile' : 'since it began'
  const reason = 'a counter was reset, or polls failed'
  if (isKnown('since')) return 'Traffic not compared: no rate from before it began is known.'
  return isKnown('before')
    ? `Traffic not known ${time}: ${reason}.`
    : `Traffic not known, neither before it began nor ${time}: ${reason}.`
}

const rateOf = (rate: number | null) => (rate === null ? 'not known' : formatBitRate(rate))
