import type { ActivityEntryView, Incident, Source } from '#lib/contract/index.ts'
import { formatDurationBounds, outcomeWords, pollKindWords } from '#lib/contract/words/index.ts'
import { operationWords } from '../changes/change-words.ts'
import { incidentLength, incidentMeaning, incidentPart, incidentTitle } from '../events/incident-words.ts'
import { formatInstant } from '../format/instant.ts'

/** An instant as tickets write it. */
export const utc = (at: number | string) => formatInstant(typeof at === 'string' ? Date.parse(at) : at, 'UTC')

/** Bounds in UTC; a state that predates monitoring has no lower bound. */
export function utcBounds([earliest, latest]: readonly [string, string]): string {
  return Date.parse(earliest) === 0
    ? `before ${utc(latest)}`
    : earliest === latest
      ? utc(latest)
      : `between ${utc(earliest)} and ${utc(latest)}`
}

/** Aligned names and values; unknown values are left out. */
export function list(title: string, rows: readonly (readonly [string, string | number | null | undefined])[]): string {
  const known = rows.filter(([, value]) => value !== null && value !== undefined && value !== '')
  const width = Math.max(0, ...known.map(([name]) => name.length))
  return [title, ...known.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)].join('\n')
}

/** What an incident is, what that means, and what it affects. */
export function incidentHeadline(incident: Incident): string {
  const part = incidentPart(incident)
  return `${incidentTitle(incident)}${part && ` (${part})`}\n${incidentMeaning(incident)}\nImpact: ${incident.impact.summary}`
}

/** When an incident was, within bounds, and how long. @param now epoch milliseconds */
export function whenSection(incident: Incident, now: number): string {
  const { startedBetween, endedBetween } = incident
  const { least, most } = incidentLength(incident, now)
  return list('When', [
    ['Began', utcBounds(startedBetween)],
    ['Ended', endedBetween ? utcBounds(endedBetween) : 'not yet'],
    [endedBetween ? 'Duration' : 'Duration so far', formatDurationBounds(least, most)],
  ])
}

/** What was not answered when it was last asked: nobody takes its absence for a fact. */
export function unobservedSection(polls: readonly Source[]): string | null {
  const failed = polls.filter(({ lastOutcome }) => lastOutcome !== 'ok')
  if (failed.length === 0) return null
  return list(
    'Not observed',
    failed.map(({ kind, subresource, lastOutcome, lastOkAt }) => [
      [pollKindWords(kind), subresource].filter(Boolean).join(' '),
      `${outcomeWords(lastOutcome)}; last answered ${lastOkAt ? utc(lastOkAt) : 'never'}`,
    ]),
  )
}

/** The ids by which Azure finds what it was asked and what was changed. */
export function referencesSection(entries: readonly ActivityEntryView[], polls: readonly Source[]): string | null {
  const logged = entries.flatMap(({ correlationId, operation, at, status }) =>
    correlationId ? [[correlationId, `${operationWords(operation)}, ${status}, ${utc(at)}`] as const] : [],
  )
  const polled = polls.flatMap(({ correlationId, kind, scopeName, subresource, lastPollAt, lastOutcome }) =>
    correlationId && lastPollAt
      ? [
          [
            correlationId,
            `${pollKindWords(kind)} of ${scopeName}${subresource && ` ${subresource}`}, ${outcomeWords(lastOutcome)}, ${utc(lastPollAt)}`,
          ] as const,
        ]
      : [],
  )
  const distinct = new Map([...logged, ...polled])
  return distinct.size === 0 ? null : list('Correlation ids', [...distinct])
}

/** Where the figures come from. @param now epoch milliseconds */
export const sourceLines = ({ now, link }: { now: number; link: string }): string =>
  [`Read from Azure Resource Manager by Peerwatch, ${utc(now)}`, link].join('\n')

/** Sections with an empty line between. */
export const ticketOf = (sections: readonly (string | null)[]): string =>
  `${sections.filter((section) => section !== null).join('\n\n')}\n`
