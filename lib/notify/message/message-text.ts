import { toSingleLine } from '#lib/contract/document/document-model.ts'
import { eventKindRecords } from '#lib/contract/index.ts'
import type { MessageContent, IncidentContent } from '../content.ts'
import { formatSpan } from './message-times.ts'

/**
 * Returns the event and its resource as a headline, for example `Path down: ckt-lon, AzurePrivatePeering/primary`. The
 * headline of predicted effects of announced work consists of their time and summary.
 */
export function formatIncidentHeadline({
  kind,
  scopeName,
  subject,
  card,
  ahead,
}: Pick<IncidentContent, 'kind' | 'scopeName' | 'subject'> & Partial<Pick<IncidentContent, 'card' | 'ahead'>>): string {
  if (ahead) return `${formatSpan(ahead.from, ahead.to)} ${ahead.summary}`
  const where = card?.displayName || scopeName
  const part = subject.replace('~', ' to ')
  // Shows the identifier of an unknown kind, because the delivery log also contains messages about event kinds that no
  // longer exist.
  const name = Object.hasOwn(eventKindRecords, kind) ? eventKindRecords[kind].name : kind
  return [`${name}: ${where}`, ...(part === '' || part === scopeName ? [] : [part])].join(', ')
}

/** Returns the prefix of a subject line, for example `CRITICAL` or `ACKNOWLEDGED`. */
function tagOf({ reason, severity, ended, ahead }: IncidentContent): string {
  if (ahead?.over === null)
    return `${reason === 'changed' ? 'CHANGED, ' : ''}${severity.toUpperCase()}, IN ${ahead.lead.toUpperCase()}`
  switch (reason) {
    case 'opened':
    case 'raised':
    case 'urgent':
    case 'extended':
    case 'approaching':
    case 'changed':
      return severity.toUpperCase()
    case 'repeated':
      return `STILL ${severity.toUpperCase()}`
    case 'unverifiable':
      return ended ? severity.toUpperCase() : 'OPEN, UNVERIFIABLE'
    case 'unsnoozed':
      return `SNOOZE OVER, ${severity.toUpperCase()}`
    case 'acknowledged':
      return 'ACKNOWLEDGED'
    case 'flapping':
      return `FLAPPING, ${severity.toUpperCase()}`
    case 'sent':
      return ended ? `SENT, ${severity.toUpperCase()}, OVER` : `SENT, ${severity.toUpperCase()}`
    case 'escalated':
      return `NOT ACKNOWLEDGED, ${severity.toUpperCase()}`
    case 'withdrawn':
      return 'WITHDRAWN'
    case 'closed':
      return ahead ? 'BEGUN' : 'OVER'
  }
}

/**
 * Returns a key that is equal for all messages about the same subject. It is the incident's ID; without an incident, it
 * is the kind and scope, and for announced work also the subject.
 */
export const getMessageGroupKey = ({ incidentId, kind, scope, subject, ahead }: IncidentContent): string =>
  incidentId ?? (ahead ? `${kind}:${scope}:${subject}` : `${kind}:${scope}`)

/** Returns the last notice about each subject (usually an incident) in a digest. */
export const keepLastNoticePerSubject = (entries: readonly IncidentContent[]): IncidentContent[] => [
  ...new Map(entries.map((entry) => [getMessageGroupKey(entry), entry])).values(),
]

/** Returns a one-line summary, used as the subject of an e-mail and the title in the log. */
export function formatMessageTitle(content: MessageContent): string {
  if (content.reason === 'test') return `[TEST] Peerwatch reaches ${content.channel}`
  if (content.reason === 'findings') {
    const fresh = content.fresh > 0 ? `, ${content.fresh} new` : ''
    return `[COST, week to ${content.monday}] ${formatCountWithNoun(content.entries.length, 'finding')}${fresh}`
  }
  if (content.reason === 'posture') {
    const { failing, since, monday } = content
    const changes = since ? [since.fresh > 0 && `${since.fresh} new`, since.over > 0 && `${since.over} over`] : []
    return [
      `[POSTURE, ${monday}] ${formatCountWithNoun(failing.length, 'failing check')}`,
      ...changes.filter(Boolean),
    ].join(', ')
  }
  if (content.reason === 'digest') {
    const incidents = new Set(content.entries.map(({ incidentId, scope, kind }) => incidentId ?? `${kind} ${scope}`))
      .size
    const whose = content.customer ? `${toSingleLine(content.customer)}: ` : ''
    return `[DIGEST, ${content.severity.toUpperCase()}] ${whose}${formatCountWithNoun(content.entries.length, 'notice')} of ${formatCountWithNoun(incidents, 'incident')}`
  }
  return `[${tagOf(content)}] ${formatIncidentHeadline(content)}`
}

export const formatCountWithNoun = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`
