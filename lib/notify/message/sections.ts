import { explanationWords } from '#lib/contract/index.ts'
import type { Content, IncidentContent } from '../content.ts'
import { boundsWords, delayWords, momentWords, outageWords } from './times.ts'
import { causeWords, counted, headline, ownerWords, titleOf } from './words.ts'

/** A message as people read it, before it is text or HTML. */
export interface Section {
  heading: string
  lines: readonly Line[]
}

export interface Line {
  /** '' = the text stands alone */
  label: string
  text: string
  /** makes the text a link */
  url?: string
}

const line = (label: string, text: string): Line => ({ label, text })

/** @param publicUrl without a trailing slash; null = no links */
export function sectionsOf(content: Content, publicUrl: string | null): Section[] {
  if (content.reason === 'test') {
    return [
      { heading: titleOf(content), lines: [line('', 'This is a test. Nothing happened.'), ...settingsLink(publicUrl)] },
    ]
  }
  if (content.reason === 'digest') {
    const [first, ...rest] = content.entries.map((entry) => section(entry, publicUrl))
    const intro = line('', 'Much happened at once, so this is one message for all of it.')
    return first ? [{ heading: titleOf(content), lines: [intro] }, first, ...rest] : []
  }
  return [section(content, publicUrl)]
}

function section(content: IncidentContent, publicUrl: string | null): Section {
  return {
    heading: headline(content),
    lines: [
      line('', standing(content)),
      line('Severity', content.severity),
      line('Began', boundsWords(content.started)),
      ...(content.ended ? [line('Ended', boundsWords(content.ended))] : []),
      ...(content.outage ? [line('Lasted', outageWords(content.outage))] : []),
      ...delayLine(content),
      line('Probable cause', withConfidence(content)),
      ...explanation(content),
      line('Whose it is', ownerWords(content.owner)),
      ...(content.nextStep && content.reason !== 'closed' ? [line('Next step', content.nextStep)] : []),
      ...content.evidence.map((text, index) => line(index === 0 ? 'Evidence' : '', text)),
      ...(content.otherEvents > 0
        ? [line('Also', `${counted(content.otherEvents, 'more event')} of the same incident`)]
        : []),
      ...continuation(content, publicUrl),
      ...acknowledgement(content),
      ...card(content),
      ...incidentLink(content, publicUrl),
    ],
  }
}

/** Of use to who compares the times above with what others saw. */
function delayLine({ delay, reason }: IncidentContent): Line[] {
  return delay && reason === 'opened' ? [line('Told', delayWords(delay))] : []
}

/** How things stand, in a sentence. */
function standing({ reason, severity, unverifiableSince }: IncidentContent): string {
  const unverifiable =
    unverifiableSince === null
      ? ''
      : ` Nothing was seen of it since ${momentWords(unverifiableSince)}, so nobody can tell whether it is still so.`
  switch (reason) {
    case 'opened':
      return `This has begun.${unverifiable}`
    case 'raised':
      return `This got worse: it is ${severity} now.${unverifiable}`
    case 'repeated':
      return `This is still open, and nobody has acknowledged it, or that was long ago.${unverifiable}`
    case 'acknowledged':
      return 'Somebody has taken this on.'
    case 'unverifiable':
      return `This is open.${unverifiable}`
    case 'flapping':
      return 'This comes and goes. Single notices are off until it has been quiet for 30 min.'
    case 'closed':
      return 'This is over.'
  }
}

function withConfidence({ cause, confidence }: IncidentContent): string {
  const words = causeWords(cause)
  if (confidence === 0) return words
  return `${words} (${confidence >= 1 ? 'certain' : confidence >= 0.7 ? 'likely' : 'possible'})`
}

function explanation({ explainedBy = [] }: IncidentContent): Line[] {
  return explainedBy.length === 0 ? [] : [line('Explained by', explanationWords(explainedBy))]
}

/** Whoever was told that polls fail finds here what became of that. */
function continuation({ continues = null }: IncidentContent, publicUrl: string | null): Line[] {
  if (continues === null) return []
  const url = publicUrl === null ? null : linkOf(continues, publicUrl)
  const text = `what was told before of failing polls, as incident ${continues}`
  return [{ ...line('Goes on from', text), ...(url === null ? {} : { url }) }]
}

function acknowledgement({ acknowledged, reason }: IncidentContent): Line[] {
  if (!acknowledged || reason === 'closed') return []
  const { by, at, note } = acknowledged
  return [line('Acknowledged', `by ${by}, ${momentWords(at)}${note ? `: ${note}` : ''}`)]
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
