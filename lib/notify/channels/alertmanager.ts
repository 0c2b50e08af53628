import { postJsonToAllowedAddress, getTargetUrl } from './http-post.ts'
import type { SendChannelMessage } from './sender.ts'
import { toSingleLine } from '#lib/contract/document/document-model.ts'
import { listSectionLines } from '#lib/contract/document/plain-text.ts'
import type { MessageContent, IncidentContent } from '../content.ts'
import { createMessageLink, createMessageSections, formatUserActionNeedPrefix } from '../message/sections.ts'
import {
  formatIncidentHeadline,
  getMessageGroupKey,
  keepLastNoticePerSubject,
  formatMessageTitle,
} from '../message/message-text.ts'

/**
 * Sends the alerts of one message to an Alertmanager. A repeated attempt does not create further alerts, because the
 * labels are the same.
 */
export const sendAlerts: SendChannelMessage = async ({ target }, { content }, context) => {
  const body = createAlertsPayload(content, context.publicUrl)
  return postJsonToAllowedAddress(
    { url: `${getTargetUrl(target).replace(/(?<!\/)\/+$/, '')}/api/v2/alerts`, body },
    context,
  )
}

interface Alert {
  labels: Record<string, string>
  annotations: Record<string, string>
  startsAt: string
  endsAt: string
  generatorURL?: string
}

/**
 * Time in milliseconds until Alertmanager ends an open alert without a further message from Peerwatch. It is a year, so
 * that a long incident does not end early.
 */
const OPEN_FOR_MS = 366 * 24 * 60 * 60_000
const TEST_FOR_MS = 5 * 60_000
const FINDINGS_FOR_MS = 24 * 60 * 60_000
const BEGINNING = '1970-01-01T00:00:00.000Z'

/**
 * Returns the alerts of one message for `POST /api/v2/alerts`. Alertmanager identifies an alert by its labels.
 * Therefore each value that can change while the incident is open, including the severity, is an annotation and not a
 * label (ADR 0302).
 * @source https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
 */
export function createAlertsPayload(content: MessageContent, publicUrl: string | null): string {
  if (content.reason === 'digest')
    return JSON.stringify(
      keepLastNoticePerSubject(content.entries).flatMap((entry) => incidentAlerts(entry, publicUrl)),
    )
  if ('incidentId' in content) return JSON.stringify(incidentAlerts(content, publicUrl))
  const lasts = content.reason === 'test' ? TEST_FOR_MS : FINDINGS_FOR_MS
  const alert: Alert = {
    labels: { alertname: alertNames[content.reason], source: 'peerwatch' },
    annotations: {
      severity: 'info',
      summary: toSingleLine(formatMessageTitle(content)),
      description: descriptionOf(content, publicUrl),
    },
    startsAt: content.at,
    endsAt: later(content.at, lasts),
    ...(publicUrl !== null && { generatorURL: publicUrl }),
  }
  return JSON.stringify([alert])
}

const alertNames = {
  test: 'PeerwatchTest',
  findings: 'PeerwatchCostFindings',
  posture: 'PeerwatchPosture',
} as const

/**
 * Returns the alert of an incident. If the incident continues an earlier incident (about failing polls of the same
 * fault), a second alert ends the alert of the earlier incident.
 */
function incidentAlerts(content: IncidentContent, publicUrl: string | null): Alert[] {
  const { reason, at, continues = null } = content
  const isOver = reason === 'closed' || reason === 'withdrawn'
  const own = alertOf(content, isOver ? at : later(at, OPEN_FOR_MS), publicUrl)
  return continues === null ? [own] : [alertOf({ ...content, incidentId: continues }, at, publicUrl), own]
}

function alertOf(content: IncidentContent, endsAt: string, publicUrl: string | null): Alert {
  const { severity, kind, scopeName, owner, cause, started, acknowledged } = content
  const url = publicUrl === null ? null : createMessageLink(content, publicUrl)
  // Alertmanager refuses an alert that ends before it starts
  const began = started[0] === BEGINNING ? started[1] : started[0]
  return {
    labels: { alertname: 'PeerwatchIncident', source: 'peerwatch', incident: getMessageGroupKey(content) },
    annotations: {
      severity,
      kind,
      ...(scopeName !== '' && { name: scopeName }),
      owner,
      cause,
      ...(content.needsYou && { needs_you: content.needsYou.when }),
      summary: toSingleLine(`${formatUserActionNeedPrefix(content)}${formatIncidentHeadline(content)}`),
      description: descriptionOf(content, publicUrl),
      ...(acknowledged && { acknowledged_by: acknowledged.by }),
    },
    startsAt: began < endsAt ? began : endsAt,
    endsAt,
    ...(url !== null && { generatorURL: url }),
  }
}

const descriptionOf = (content: MessageContent, publicUrl: string | null) =>
  createMessageSections(content, publicUrl)
    .flatMap((section) =>
      listSectionLines(section).map(({ label, text }) => (label === '' ? text : `${label}: ${text}`)),
    )
    .join('\n')

const later = (iso: string, ms: number) => new Date(Date.parse(iso) + ms).toISOString()
