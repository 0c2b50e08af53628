import type { Event, IncidentDetail } from '#lib/contract/index.ts'
import { explanationWords, eventKindRecords } from '#lib/contract/vocabulary.ts'
import { causeWords, evidenceField, evidenceValue, formatDurationBounds, isChange } from '#lib/contract/words/index.ts'
import { durationWords, eventStatus, eventSubjectWords, ownerWords, subjectWords } from '../events/event-words.ts'
import { formatBetween, formatInstant } from '../format/instant.ts'
import { formatShare } from '../format/quantity.ts'
import { type EventNode, eventTree } from './event-tree.ts'
import { codeText, plainText } from './markdown.ts'
import {
  expectationWords,
  failoverLengths,
  revisionWords,
  incidentLength,
  incidentMeaning,
  incidentPart,
  incidentTitle,
} from '../events/incident-words.ts'

export interface PostMortemContext {
  /** the tracks as text */
  picture: string
  /** the tracks as an SVG file; left out of what goes to the clipboard */
  svg?: string
  /** address of the incident's page */
  link: string
  /** epoch milliseconds */
  now: number
  zone: string
}

/** An incident as Markdown: event, bounds of its times, probable cause and evidence. */
export function postMortem(incident: IncidentDetail, context: PostMortemContext): string {
  const { now, zone, link, picture, svg } = context
  const { startedBetween, endedBetween, impact, cause, acknowledged, assigned, timeline, root } = incident
  const between = (bounds: readonly [string, string]) => betweenWords(bounds, zone)
  const { least, most } = incidentLength(incident, now)
  const part = incidentPart(incident)
  const sections = [
    `# ${plainText(incidentTitle(incident))}`,
    plainText(`${incidentMeaning(incident)}${part ? ` Affected: ${part}.` : ''}`),
    table([
      ['State', `${incident.state}, ${incident.severity}`],
      ['Impact', impact.summary],
      ['Began', between(startedBetween)],
      ['Ended', endedBetween ? between(endedBetween) : 'not yet'],
      [endedBetween ? 'Duration' : 'Duration so far', formatDurationBounds(least, most)],
      ['Probable cause', cause ? causeLine(cause) : 'unknown'],
      ['Explained by', explanationWords(incident.explainedBy)],
      ['Next step', cause?.nextStep ?? ''],
      [
        'Acknowledged',
        acknowledged
          ? `by ${acknowledged.by} at ${instant(acknowledged.at, zone)}${acknowledged.note ? `: ${acknowledged.note}` : ''}`
          : 'no',
      ],
      ['Assigned to', assigned ? assigned.assignee : ''],
      ['Link', link],
    ]),
    '## Timeline',
    svg ? `![Tracks of the incident](data:image/svg+xml;base64,${base64(svg)})` : null,
    ['```text', picture.replaceAll('```', "'''"), '```'].join('\n'),
    '## Events',
    eventTree(timeline, root?.id ?? null)
      .map((node) => eventLines(node, 0, between))
      .join('\n'),
    ...failoverSections(timeline, between),
    '## Causes considered',
    causeLines(incident),
    '## Evidence',
    timeline.flatMap((event) => evidenceLines(event, zone)).join('\n\n') || 'No evidence in a single field.',
    `Written by Peerwatch on ${instant(new Date(now).toISOString(), zone)}. A pair of times are bounds: the event lies between them.`,
  ]
  return `${sections.filter((section) => section !== null && section !== '').join('\n\n')}\n`
}

const instant = (at: string, zone: string) => formatInstant(Date.parse(at), zone)

function betweenWords([earliest, latest]: readonly [string, string], zone: string): string {
  if (Date.parse(earliest) === 0) return `before ${instant(latest, zone)}`
  if (earliest === latest) return instant(latest, zone)
  return `between ${formatBetween(Date.parse(earliest), Date.parse(latest), zone, null).from} and ${instant(latest, zone)}`
}

const table = (rows: [string, string][]) =>
  [
    '| | |',
    '|---|---|',
    ...rows.filter(([, value]) => value !== '').map(([name, value]) => `| ${name} | ${plainText(value)} |`),
  ].join('\n')

function causeLine(cause: Event['cause']): string {
  if (cause.class === 'unknown_cause') return 'unknown'
  const owner = ownerWords(cause)
  return `${causeWords(cause.class)}${owner ? `, ${owner}` : ''} (confidence ${formatShare(cause.confidence)})`
}

function eventLines(
  { event, parts }: EventNode,
  depth: number,
  between: (bounds: readonly [string, string]) => string,
): string {
  const lasted = event.duration ? `, lasted ${durationWords(event.duration)}` : ''
  const line = `${'  '.repeat(depth)}- **${eventKindRecords[event.kind].name}** ${plainText(event.scopeName)} ${codeText(eventSubjectWords(event))}: ${between(event.startedBetween)}${lasted} (${event.severity})`
  return [line, ...parts.map((part) => eventLines(part, depth + 1, between))].join('\n')
}

function failoverSections(timeline: readonly Event[], between: (bounds: [string, string]) => string): string[] {
  return timeline.flatMap(({ failover, scopeName, subject }) => {
    if (!failover) return []
    const lengths = failoverLengths(failover).map(
      ([name, meaning, length]) =>
        `- ${name} (${meaning}): ${length ? durationWords(length) : 'not measurable from the polls'}`,
    )
    const held = failover.expectations.map((expectation) => `- ${expectationWords(expectation)}`)
    const missing = failover.missing.map((sentence) => `- ${sentence}`)
    const revised = failover.revisions.map((revision) => {
      const { words, bounds } = revisionWords(revision)
      return `- ${words} ${between(bounds)}`
    })
    const lines = [...lengths, ...held, ...missing, ...revised]
    return [`## Failover of ${plainText(`${scopeName}, ${subjectWords(subject)}`)}`, lines.join('\n')]
  })
}

function causeLines({ root }: IncidentDetail): string {
  if (!root) return 'The root event is past the retention period.'
  const causes = root.causes.length > 0 ? root.causes : [root.cause]
  return causes.map((cause) => `- ${plainText(`${causeLine(cause)}. ${cause.nextStep}`)}`).join('\n')
}

/** An event's own evidence and that of its causes, field by field, with the times of both samples. */
function evidenceLines(event: Event, zone: string): string[] {
  const items = [...event.evidence, ...event.causes.flatMap(({ evidence }) => evidence)]
  if (items.length === 0) return []
  const sampled = (bounds: readonly [string, string] | null) => (bounds ? betweenWords(bounds, zone) : '')
  const rows = items.map((item) => {
    const { field, before, after, sampledBefore, sampledAfter } = item
    const cells = [
      evidenceField(field),
      // what was never sampled before was not nothing
      isChange(item) ? evidenceValue(field, before) : '',
      sampled(sampledBefore),
      evidenceValue(field, after),
      sampled(sampledAfter),
    ]
    return `| ${cells.map(plainText).join(' | ')} |`
  })
  const head = ['| field | before | sampled | after | sampled |', '|---|---|---|---|---|']
  return [
    [
      `### ${eventStatus(event).word}, ${plainText(event.scopeName)} ${codeText(eventSubjectWords(event))}`,
      '',
      ...head,
      ...rows,
    ].join('\n'),
  ]
}

function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''))
}
