import { createLabelledBlock, type TextSection } from '#lib/contract/document/document-model.ts'
import { COMPACT_LAYOUT, renderPlainText } from '#lib/contract/document/plain-text.ts'
import type { ApiActivityEntry, Incident } from '#lib/incidents/api/index.ts'
import type { ApiPolledSource } from '#lib/setup/api/index.ts'
import { formatDurationBounds, formatPollOutcome, formatPollKind } from '#lib/contract/words/index.ts'
import { formatChangeOperation } from '../changes/change-text.ts'
import {
  formatUnrestoredEnd,
  getIncidentDuration,
  describeIncidentKind,
  formatAffectedPartOfIncident,
  formatIncidentTitle,
  listOutageTimes,
} from '../events/incident-text.ts'
import { formatInstant } from '../format/instant.ts'

/** Formats an instant in UTC. */
export const formatUtc = (at: number | string) => formatInstant(typeof at === 'string' ? Date.parse(at) : at, 'UTC')

/** Formats the bounds of a time in UTC. If a state began before monitoring, only the later bound is given. */
export function formatUtcBounds([earliest, latest]: readonly [string, string]): string {
  return Date.parse(earliest) === 0
    ? `before ${formatUtc(latest)}`
    : earliest === latest
      ? formatUtc(latest)
      : `between ${formatUtc(earliest)} and ${formatUtc(latest)}`
}

/** Returns a section of a ticket with names and values below a heading. Unknown values are left out. */
export const createLabelledSection = (
  heading: string,
  rows: Parameters<typeof createLabelledBlock>[0],
): TextSection => ({
  heading,
  blocks: [createLabelledBlock(rows)],
})

/** Returns a section of a ticket that consists of sentences without a heading, each on its own line. */
export const createTextSection = (...texts: string[]): TextSection => ({
  heading: '',
  blocks: texts.map((text) => ({ text })),
})

/** Returns a title for an incident with its affected part: `Path down: ckt-lon (private peering, primary)` */
export function formatIncidentName(incident: Incident): string {
  const part = formatAffectedPartOfIncident(incident)
  return `${formatIncidentTitle(incident)}${part && ` (${part})`}`
}

/** Returns a section with the title of an incident, its meaning and its impact. */
export const createIncidentSection = (incident: Incident): TextSection =>
  createTextSection(formatIncidentName(incident), describeIncidentKind(incident), `Impact: ${incident.impact.summary}`)

type Row = readonly [string, string]

/**
 * Returns the times of an incident as rows of name and value. They are its start and end, or the start and end of each
 * outage with the ongoing outage first, and its duration without the healthy time between outages.
 * @param now epoch milliseconds
 */
export function listIncidentTimes(incident: Incident, between: (bounds: Row) => string, now: number): Row[] {
  const { startedBetween, endedBetween } = incident
  const { least, most } = getIncidentDuration(incident, now)
  const length = formatDurationBounds(least, most)
  const ending = formatUnrestoredEnd(incident)
  const outages = listOutageTimes(incident)
  if (outages.length === 0)
    return [
      ['Began', between(startedBetween)],
      ['Ended', endedBetween ? [between(endedBetween), ending].filter(Boolean).join(', ') : 'not yet'],
      [endedBetween ? 'Duration' : 'Duration so far', length],
    ]
  const times = outages.map(({ name, note, startedBetween: begin, endedBetween: end }): Row => {
    return [name, end ? `began ${between(begin)}, ended ${between(end)}` : `${between(begin)} ${note}`]
  })
  return [...times, ...(ending ? [['Ended', ending] as const] : []), ['Duration in all', length]]
}

/**
 * Returns the section of a ticket with the times of an incident.
 * @param now epoch milliseconds
 */
export const createTimesSection = (incident: Incident, now: number): TextSection =>
  createLabelledSection('When', listIncidentTimes(incident, formatUtcBounds, now))

/**
 * Returns a section with the polls that currently fail, so that the recipient does not mistake missing data for a fact.
 * Returns null if there are none.
 */
export function createFailedPollsSection(polls: readonly ApiPolledSource[]): TextSection | null {
  const failed = polls.filter(({ lastOutcome }) => lastOutcome !== 'ok')
  if (failed.length === 0) return null
  return createLabelledSection(
    'Not observed',
    failed.map(({ kind, subresource, lastOutcome, lastOkAt }) => [
      [formatPollKind(kind), subresource].filter(Boolean).join(' '),
      `${formatPollOutcome(lastOutcome)}; last answered ${lastOkAt ? formatUtc(lastOkAt) : 'never'}`,
    ]),
  )
}

/** Returns a section with correlation ids, with which Microsoft can find the requests and changes in Azure's logs. */
export function buildReferencesSection(
  entries: readonly ApiActivityEntry[],
  polls: readonly ApiPolledSource[],
): TextSection | null {
  const logged = entries.flatMap(({ correlationId, operation, at, status }) =>
    correlationId ? [[correlationId, `${formatChangeOperation(operation)}, ${status}, ${formatUtc(at)}`] as const] : [],
  )
  const polled = polls.flatMap(({ correlationId, kind, scopeName, subresource, lastPollAt, lastOutcome }) =>
    correlationId && lastPollAt
      ? [
          [
            correlationId,
            `${formatPollKind(kind)} of ${scopeName}${subresource && ` ${subresource}`}, ${formatPollOutcome(lastOutcome)}, ${formatUtc(lastPollAt)}`,
          ] as const,
        ]
      : [],
  )
  const distinct = new Map([...logged, ...polled])
  return distinct.size === 0 ? null : createLabelledSection('Correlation ids', [...distinct])
}

/**
 * Returns the section of a ticket that states the source of its figures.
 * @param now epoch milliseconds
 */
export const createSourceSection = ({ now, link }: { now: number; link: string }): TextSection =>
  createTextSection(`Read from Azure Resource Manager by Peerwatch, ${formatUtc(now)}`, link)

export const formatTicket = (sections: readonly (TextSection | null)[]): string =>
  renderPlainText(
    sections.filter((section) => section !== null),
    COMPACT_LAYOUT,
  )
