import { renderMarkdown } from '#lib/contract/document/markdown.ts'
import {
  type SectionBlock,
  createLabelledBlock,
  type SectionItem,
  type TextSection,
} from '#lib/contract/document/document-model.ts'
import type { DetectedNetworkEvent, IncidentDetail } from '#lib/incidents/api/index.ts'
import { formatIncidentExplanations, eventKindRecords } from '#lib/contract/vocabulary.ts'
import {
  formatCauseClass,
  formatEvidenceField,
  formatEvidenceValue,
  hasEarlierValue,
  listShownEvidence,
} from '#lib/contract/words/index.ts'
import {
  formatEventDuration,
  getEventStatus,
  formatEventSubject,
  formatEventOwner,
  formatSubjectText,
} from '../../events/event-text.ts'
import { listIncidentTimes } from '../../tickets/ticket-sections.ts'
import { formatInstantBounds, formatInstant } from '../../format/instant.ts'
import { formatFractionAsPercent } from '../../format/quantity.ts'
import { type EventTreeNode, buildEventTree, findLeadingEventId } from '../event-tree.ts'
import {
  formatFailoverExpectation,
  listFailoverPhases,
  formatFailoverRevision,
  describeIncidentKind,
  formatAffectedPartOfIncident,
  formatIncidentTitle,
} from '../../events/incident-text.ts'

interface PostMortemContext {
  /** timeline as text, drawn with characters such as `#` and `?` */
  picture: string
  /** timeline as an SVG file; absent in a copy for the clipboard */
  svg?: string
  /** URL of the incident's page */
  link: string
  /** current time, epoch milliseconds */
  now: number
  zone: string
}

/**
 * Returns a report on an incident as Markdown: the events, the bounds of their times, the probable cause and the
 * evidence.
 */
export function formatPostMortem(incident: IncidentDetail, context: PostMortemContext): string {
  const { now, zone, link, picture, svg } = context
  const { impact, cause, acknowledged, assigned, timeline, root } = incident
  const leadId = findLeadingEventId(timeline, root)
  const between = (bounds: readonly [string, string]) => formatBetweenTimes(bounds, zone)
  const part = formatAffectedPartOfIncident(incident)
  const summary = createLabelledBlock([
    ['State', `${incident.state}, ${incident.severity}`],
    ['Impact', impact.summary],
    ...listIncidentTimes(incident, between, now),
    ['Probable cause', cause ? causeLine(cause) : 'unknown'],
    ['Explained by', formatIncidentExplanations(incident.explainedBy)],
    ['Next step', cause?.nextStep ?? ''],
    [
      'Acknowledged',
      acknowledged
        ? `by ${acknowledged.by} at ${instant(acknowledged.at, zone)}${acknowledged.note ? `: ${acknowledged.note}` : ''}`
        : 'no',
    ],
    ['Assigned to', assigned ? assigned.assignee : ''],
    ['Link', link],
  ])
  const meaning = `${describeIncidentKind(incident)}${part ? ` Affected: ${part}.` : ''}`
  const drawing = { title: 'Tracks of the incident', svg: svg ?? null, signs: picture }
  const events = buildEventTree(timeline, leadId).map((node) => eventItem(node, between))
  const evidence = timeline.flatMap((event) => evidenceSections(event, zone))
  const none = evidence.length === 0 ? [{ text: 'No evidence in a single field.' }] : []
  const written = `Written by Peerwatch on ${instant(new Date(now).toISOString(), zone)}. A pair of times are bounds: the event lies between them.`
  return renderMarkdown([
    { heading: formatIncidentTitle(incident), level: 1, blocks: [{ text: meaning }, summary] },
    { heading: 'Timeline', blocks: [{ drawing }] },
    { heading: 'Events', blocks: [{ list: events }] },
    ...failoverSections(timeline, between),
    { heading: 'Causes considered', blocks: [causesBlock(incident)] },
    { heading: 'Evidence', blocks: none },
    ...evidence,
    { heading: '', blocks: [{ text: written }] },
  ])
}

const instant = (at: string, zone: string) => formatInstant(Date.parse(at), zone)

function formatBetweenTimes([earliest, latest]: readonly [string, string], zone: string): string {
  if (Date.parse(earliest) === 0) return `before ${instant(latest, zone)}`
  if (earliest === latest) return instant(latest, zone)
  return `between ${formatInstantBounds(Date.parse(earliest), Date.parse(latest), zone, null).from} and ${instant(latest, zone)}`
}

function causeLine(cause: DetectedNetworkEvent['cause']): string {
  if (cause.class === 'unknown_cause') return 'unknown'
  const owner = formatEventOwner(cause)
  return `${formatCauseClass(cause.class)}${owner ? `, ${owner}` : ''} (confidence ${formatFractionAsPercent(cause.confidence)})`
}

type Between = (bounds: readonly [string, string]) => string

function eventItem({ event, parts }: EventTreeNode, between: Between): SectionItem {
  const lasted = event.duration ? `, lasted ${formatEventDuration(event.duration)}` : ''
  const words = [
    { strong: eventKindRecords[event.kind].name },
    ` ${event.scopeName} `,
    { code: formatEventSubject(event) },
    `: ${between(event.startedBetween)}${lasted} (${event.severity})`,
  ]
  return { words, parts: parts.map((part) => eventItem(part, between)) }
}

function failoverSections(timeline: readonly DetectedNetworkEvent[], between: Between): TextSection[] {
  return timeline.flatMap(({ failover, scopeName, subject }) => {
    if (!failover) return []
    const lengths = listFailoverPhases(failover).map(
      ([name, meaning, length]) =>
        `${name} (${meaning}): ${length ? formatEventDuration(length) : 'not measurable from the polls'}`,
    )
    const held = failover.expectations.map((expectation) => formatFailoverExpectation(expectation))
    const revised = failover.revisions.map((revision) => {
      const { words, bounds } = formatFailoverRevision(revision)
      return `${words} ${between(bounds)}`
    })
    const lines = [...lengths, ...held, ...failover.missing, ...revised]
    const list = lines.map((words) => ({ words }))
    return [{ heading: `Failover of ${scopeName}, ${formatSubjectText(subject)}`, blocks: [{ list }] }]
  })
}

function causesBlock({ root }: IncidentDetail): SectionBlock {
  if (!root) return { text: 'The root event is past the retention period.' }
  const causes = root.causes.length > 0 ? root.causes : [root.cause]
  return { list: causes.map((cause) => ({ words: `${causeLine(cause)}. ${cause.nextStep}` })) }
}

/**
 * Returns the evidence of an event and of its causes as tables. A row contains a field with its values before and
 * after, and the times of both samples.
 */
function evidenceSections(event: DetectedNetworkEvent, zone: string): TextSection[] {
  const items = listShownEvidence([...event.evidence, ...event.causes.flatMap(({ evidence }) => evidence)])
  if (items.length === 0) return []
  const sampled = (bounds: readonly [string, string] | null) => (bounds ? formatBetweenTimes(bounds, zone) : '')
  const rows = items.map((item) => {
    const { field, before, after, sampledBefore, sampledAfter } = item
    return [
      formatEvidenceField(field),
      // If the field was not sampled before the event, the cell is empty. Formatted as a value, the missing sample
      // would look like a real value.
      hasEarlierValue(item) ? formatEvidenceValue(field, before) : '',
      sampled(sampledBefore),
      formatEvidenceValue(field, after),
      sampled(sampledAfter),
    ]
  })
  const columns = ['field', 'before', 'sampled', 'after', 'sampled'].map((label) => ({ label }))
  const heading = [`${getEventStatus(event).word}, ${event.scopeName} `, { code: formatEventSubject(event) }]
  return [{ heading, level: 3, blocks: [{ table: { columns, rows } }] }]
}
