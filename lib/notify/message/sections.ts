import { causeWords, explanationWords, formatDurationBounds, ownerWords } from '#lib/contract/index.ts'
import type { Content, IncidentContent } from '../content.ts'
import { findingSections } from './finding-sections.ts'
import { postureSections } from './posture-sections.ts'
import { type Line, line, type Section } from './section.ts'
import { boundsWords, delayWords, momentWords } from './times.ts'
import { counted, headline, oneLine, titleOf } from './words.ts'

/** @param publicUrl without a trailing slash; null = no links */
export function sectionsOf(content: Content, publicUrl: string | null): Section[] {
  if (content.reason === 'test') {
    return [
      { heading: oneLine(titleOf(content)), lines: [line('', 'This is a test message.'), ...settingsLink(publicUrl)] },
    ]
  }
  if (content.reason === 'findings') return findingSections(content, publicUrl)
  if (content.reason === 'posture') return postureSections(content, publicUrl)
  if (content.reason === 'digest') {
    const [first, ...rest] = content.entries.map((entry) => section(entry, publicUrl))
    const intro = line(
      '',
      'Several notifications were combined: they arrived together, or outside the hours of this channel.',
    )
    return first ? [{ heading: titleOf(content), lines: [intro] }, first, ...rest] : []
  }
  return [section(content, publicUrl)]
}

function section(content: IncidentContent, publicUrl: string | null): Section {
  return {
    heading: oneLine(headline(content)),
    lines: [
      line('', statusText(content)),
      ...(content.sent?.note ? [line('Note', content.sent.note)] : []),
      line('Severity', content.severity),
      ...(content.impact ? [line('Impact', content.impact)] : []),
      line('Started', boundsWords(content.started)),
      ...(content.ended ? [line('Ended', boundsWords(content.ended))] : []),
      ...(content.outage ? [line('Duration', durationOf(content.outage))] : []),
      ...delayLine(content),
      line('Probable cause', withConfidence(content)),
      ...explanation(content),
      line('Owner', ownerWords(content.owner)),
      ...(content.nextStep && content.reason !== 'closed' ? [line('Next step', content.nextStep)] : []),
      ...content.evidence.map((text, index) => line(index === 0 ? 'Evidence' : '', text)),
      ...(content.otherEvents > 0
        ? [line('Related', `${counted(content.otherEvents, 'more event')} in this incident`)]
        : []),
      ...continuation(content, publicUrl),
      ...acknowledgement(content),
      ...assignment(content),
      ...card(content),
      ...incidentLink(content, publicUrl),
    ],
  }
}

/** Helps a reader who compares these times with other monitoring. */
function delayLine({ delay, reason }: IncidentContent): Line[] {
  return delay && reason === 'opened' ? [line('Delay', delayWords(delay))] : []
}

/** The status of the incident in a sentence. */
function statusText({ reason, severity, unverifiableSince, escalation, sent, ended }: IncidentContent): string {
  const unverifiable =
    unverifiableSince === null
      ? ''
      : ` No good sample since ${momentWords(unverifiableSince)}: its current state cannot be confirmed.`
  switch (reason) {
    case 'opened':
      return `This incident has opened.${unverifiable}`
    case 'raised':
      return `The severity was raised to ${severity}.${unverifiable}`
    case 'repeated':
      return `This incident is still open, and not acknowledged or its acknowledgement has expired.${unverifiable}`
    case 'acknowledged':
      return 'Acknowledged.'
    case 'unverifiable':
      return `This incident is open.${unverifiable}`
    case 'flapping':
      return 'This incident opens and closes repeatedly. Single notifications are suppressed until it has been quiet for 30 min.'
    case 'sent':
      return `${oneLine(sent?.by ?? 'Somebody')} sent this incident, which ${ended ? 'is over' : 'goes on'}.${unverifiable}`
    case 'escalated':
      return `${escalation ? escalationText(escalation) : 'Nobody has acknowledged this incident.'}${unverifiable}`
    case 'closed':
      return 'This incident has closed.'
  }
}

function escalationText({ policy, step, steps, round, since }: NonNullable<IncidentContent['escalation']>): string {
  const again = round > 1 ? `, round ${round}` : ''
  return `Nobody has acknowledged this incident since ${momentWords(since)}: step ${step} of ${steps} of the policy ${oneLine(policy)}${again}.`
}

function withConfidence({ cause, confidence }: IncidentContent): string {
  const words = causeWords(cause)
  if (confidence === 0) return words
  return `${words} (${confidence >= 1 ? 'certain' : confidence >= 0.7 ? 'likely' : 'possible'})`
}

function explanation({ explainedBy = [] }: IncidentContent): Line[] {
  return explainedBy.length === 0 ? [] : [line('Explained by', explanationWords(explainedBy))]
}

/** Links to the incident under which the failing polls were notified before this fault was proved. */
function continuation({ continues = null }: IncidentContent, publicUrl: string | null): Line[] {
  if (continues === null) return []
  const url = publicUrl === null ? null : linkOf(continues, publicUrl)
  const text = `incident ${continues}, which reported the failing polls`
  return [{ ...line('Continues', text), ...(url === null ? {} : { url }) }]
}

function acknowledgement({ acknowledged, reason }: IncidentContent): Line[] {
  if (!acknowledged || reason === 'closed') return []
  const { by, at, note } = acknowledged
  return [line('Acknowledged', `by ${by}, ${momentWords(at)}${note ? `: ${note}` : ''}`)]
}

function assignment({ assigned, reason }: IncidentContent): Line[] {
  if (!assigned || reason === 'closed') return []
  const { assignee, by, at, note } = assigned
  return [line('Assigned to', `${assignee}, by ${by}, ${momentWords(at)}${note ? `: ${note}` : ''}`)]
}

function card({ card: known }: IncidentContent): Line[] {
  if (!known) return []
  return [
    ...(known.serviceId ? [line('Service', known.serviceId)] : []),
    ...(known.contact ? [line('Contact', known.contact)] : []),
    ...(known.runbookUrl ? [{ ...line('Runbook', known.runbookUrl), url: known.runbookUrl }] : []),
    ...(known.note ? [line('Note', known.note)] : []),
  ]
}

function incidentLink({ incidentId }: IncidentContent, publicUrl: string | null): Line[] {
  if (publicUrl === null) return []
  const url = linkOf(incidentId, publicUrl)
  return [{ label: 'Peerwatch', text: url, url }]
}

export function linkOf(incidentId: string | null, publicUrl: string): string {
  return incidentId === null ? `${publicUrl}/sources` : `${publicUrl}/incidents/${encodeURIComponent(incidentId)}`
}

function settingsLink(publicUrl: string | null): Line[] {
  if (publicUrl === null) return []
  const url = `${publicUrl}/settings`
  return [{ label: 'Peerwatch', text: url, url }]
}

const durationOf = ({ atLeastSeconds, atMostSeconds }: NonNullable<IncidentContent['outage']>) =>
  formatDurationBounds(atLeastSeconds * 1_000, atMostSeconds * 1_000)
