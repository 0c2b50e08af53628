import type { Incident, Handover } from '#lib/contract/index.ts'
import { formatDuration, formatDurationBounds, outcomeWords } from '#lib/contract/words/index.ts'
import { ownerWords } from '../events/event-words.ts'
import { formatBetween, formatInstant } from '../format/instant.ts'
import { plural } from '../format/quantity.ts'
import { incidentLength, incidentPart, incidentTitle } from '../events/incident-words.ts'
import { pollsOf, resourcesOf, pollGaps } from './poll-gaps.ts'

/** Gaps listed one by one; the rest is counted. */
const MAX_INTERVALS = 12

/** A handover as plain text for a chat or a ticket. @param zone of the times */
export function handoverText(shift: Handover, zone: string, link: string): string {
  const { since, until, stillOpen, opened, closed, acknowledged, gaps, gapsOmitted = 0 } = shift
  const now = Date.parse(until)
  const groups = pollGaps(gaps)
  const section = (title: string, incidents: readonly Incident[], line: (incident: Incident) => string) =>
    [`${title}: ${incidents.length || 'none'}`, ...incidents.map((incident) => `- ${line(incident)}`)].join('\n')
  const lines = [
    `Handover ${formatBetween(Date.parse(since), now, zone, null).from} - ${formatInstant(now, zone)}`,
    section('Still open', stillOpen, (incident) => {
      const taken = incident.acknowledged ? `acknowledged by ${incident.acknowledged.by}` : 'unacknowledged'
      const assigned = incident.assigned ? `, assigned to ${incident.assigned.assignee}` : ''
      const unsure = incident.unverifiedSince
        ? `, not confirmed since ${incident.unverifiedSince.slice(11, 16)} UTC`
        : ''
      const recovered = incident.phase === 'recovered' ? ', recovered, monitoring' : ''
      return `${described(incident, now)}${recovered}, ${taken}${assigned}${unsure}. ${incident.impact.summary}`
    }),
    section('Opened', opened, (incident) => `${described(incident, now)}, ${phaseWords[incident.phase]}`),
    section('Closed', closed, (incident) => described(incident, now)),
    section('Acknowledged', acknowledged, (incident) => {
      const { by = '', at = until, note = null } = incident.acknowledged ?? {}
      return `${named(incident)}: ${by} at ${formatInstant(Date.parse(at), zone)}${note ? `, "${note}"` : ''}`
    }),
    [
      `Polling gaps: ${groups.length || 'none'}`,
      ...groups.slice(0, MAX_INTERVALS).map((group) => {
        const { from, to, outcome } = group
        const when = `${formatDuration(to - from)} from ${formatInstant(from, zone)}`
        return `- ${pollsOf(group)} of ${resourcesOf(group)}, ${when}: ${outcomeWords(outcome)}`
      }),
      ...(groups.length > MAX_INTERVALS ? [`- and ${groups.length - MAX_INTERVALS} shorter ones`] : []),
      ...(gapsOmitted > 0 ? [`- and ${plural(gapsOmitted, 'shorter gap')} of single polls`] : []),
    ].join('\n'),
    link,
  ]
  return `${lines.join('\n\n')}\n`
}

const phaseWords = { ongoing: 'open', recovered: 'recovered, monitoring', closed: 'closed' } as const

function named(incident: Incident): string {
  const part = incidentPart(incident)
  return `${incidentTitle(incident)}${part ? ` (${part})` : ''}`
}

function described(incident: Incident, now: number): string {
  const { least, most } = incidentLength(incident, now)
  const owner = incident.cause && ownerWords(incident.cause)
  return `${named(incident)}, ${incident.severity}, ${formatDurationBounds(least, most)}${owner ? `, probably ${owner}` : ''}`
}
