import { formatUtcTime } from '#lib/contract/time/dates.ts'
import { isIncidentOngoing } from '#lib/contract/vocabulary.ts'
import type { TextSection } from '#lib/contract/document/document-model.ts'
import { COMPACT_LAYOUT, renderPlainText } from '#lib/contract/document/plain-text.ts'
import type { Incident, ShiftHandover } from '#lib/incidents/api/index.ts'
import type { MaintenanceLossForecastInterval } from '#lib/resilience/api/outlook.ts'
import { formatDuration, formatDurationBounds, formatLastKnown, formatPollOutcome } from '#lib/contract/words/index.ts'
import { formatEventOwner } from '../events/event-text.ts'
import { formatInstantBounds, formatInstant, formatTimeRange } from '../format/instant.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { isIncidentRecovered } from '../incidents/incident-recovery.ts'
import { formatUnrestoredEnd, getIncidentDuration, formatOutages } from '../events/incident-text.ts'
import { formatIncidentName } from '../tickets/ticket-sections.ts'
import { formatPollGapPolls, formatPollGapResources, groupPollGaps } from './poll-gaps.ts'

/**
 * Maximum number of listed groups of polling gaps. If there are more, the text contains only the number of the others.
 */
const MAX_INTERVALS = 12

/**
 * Returns the content of a handover as plain text for a chat or a ticket.
 * @param zone time zone of the times
 * @param losses outages that announced maintenance will cause
 */
export function buildHandoverText(
  shift: ShiftHandover,
  zone: string,
  link: string,
  losses: readonly MaintenanceLossForecastInterval[] = [],
): string {
  const { since, until, stillOpen, opened, closed, acknowledged, gaps, gapsOmitted = 0 } = shift
  const now = Date.parse(until)
  const groups = groupPollGaps(gaps)
  const [ongoing, over] = [stillOpen.filter(isIncidentOngoing), stillOpen.filter(isIncidentRecovered)]
  const [back, gone] = [over.filter((one) => !formatUnrestoredEnd(one)), over.filter((one) => formatUnrestoredEnd(one))]
  const planned = stillOpen.filter((one) => !isIncidentOngoing(one) && !isIncidentRecovered(one))
  const listed = <One>(title: string, found: readonly One[], line: (one: One) => string): TextSection => ({
    heading: `${title}: ${found.length || 'none'}`,
    blocks: [{ list: found.map((one) => ({ words: line(one) })) }],
  })
  const heading = `Handover ${formatInstantBounds(Date.parse(since), now, zone, null).from} - ${formatInstant(now, zone)}`
  const gapLines = [
    ...groups.slice(0, MAX_INTERVALS).map((group) => {
      const { from, to, outcome } = group
      const when = `${formatDuration(to - from)} from ${formatInstant(from, zone)}`
      return `${formatPollGapPolls(group)} of ${formatPollGapResources(group)}, ${when}: ${formatPollOutcome(outcome)}`
    }),
    ...(groups.length > MAX_INTERVALS ? [`and ${groups.length - MAX_INTERVALS} shorter ones`] : []),
    ...(gapsOmitted > 0 ? [`and ${formatCountWithPlural(gapsOmitted, 'shorter gap')} of single polls`] : []),
  ]
  const sections: TextSection[] = [
    { heading, level: 1, blocks: [] },
    listed('Still open', ongoing, (incident) => {
      const taken = incident.acknowledged ? `acknowledged by ${incident.acknowledged.by}` : 'unacknowledged'
      const assigned = incident.assigned ? `, assigned to ${incident.assigned.assignee}` : ''
      return `${described(incident, now)}, ${taken}${assigned}${formatUnverified(incident)}. ${incident.impact.summary}`
    }),
    ...(back.length > 0
      ? [listed('Recovered, monitoring', back, (incident) => described(incident, now) + formatUnverified(incident))]
      : []),
    ...(gone.length > 0 ? [listed('Ended, not back', gone, (incident) => described(incident, now))] : []),
    ...(planned.length > 0 ? [listed('In maintenance', planned, (incident) => described(incident, now))] : []),
    listed('Opened', opened, (incident) => `${described(incident, now)}, ${formatPhase(incident)}`),
    listed('Closed', closed, (incident) => described(incident, now)),
    listed('Acknowledged', acknowledged, (incident) => {
      const { by = '', at = until, note = null } = incident.acknowledged ?? {}
      return `${formatIncidentName(incident)}: ${by} at ${formatInstant(Date.parse(at), zone)}${note ? `, "${note}"` : ''}`
    }),
    ...(losses.length > 0
      ? [
          listed(
            'At risk by announced work',
            losses,
            ({ from, to, summary }) => `${formatTimeRange(Date.parse(from), Date.parse(to), zone, null)}: ${summary}`,
          ),
        ]
      : []),
    {
      heading: `Polling gaps: ${groups.length || 'none'}`,
      blocks: [{ list: gapLines.map((words) => ({ words })) }],
    },
    { heading: '', blocks: [{ text: link }] },
  ]
  return renderPlainText(sections, COMPACT_LAYOUT)
}

const formatPhase = (incident: Incident) =>
  formatUnrestoredEnd(incident) ??
  ({ ongoing: 'open', recovered: 'recovered, monitoring', closed: 'closed' } as const)[incident.phase]

/** Returns the text after an incident whose polls are late: `, last known at 03:25 UTC`; otherwise ''. */
const formatUnverified = ({ unverifiedSince }: Incident) =>
  unverifiedSince ? `, ${formatLastKnown(`${formatUtcTime(unverifiedSince)} UTC`)}` : ''

function described(incident: Incident, now: number): string {
  const { least, most } = getIncidentDuration(incident, now)
  const length = formatOutages(incident, now) ?? formatDurationBounds(least, most)
  const owner = incident.cause && formatEventOwner(incident.cause)
  return `${formatIncidentName(incident)}, ${incident.severity}, ${length}${owner ? `, probably ${owner}` : ''}`
}
