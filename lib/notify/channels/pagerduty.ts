import { z } from 'zod'
import { pagerDutyRegions, type Severity } from '#lib/contract/index.ts'
import type { ChannelMessage, MessageContent, IncidentContent } from '../content.ts'
import { postJsonToAllowedAddress } from './http-post.ts'
import { type SendChannelMessage, type DeliveryResult, createFailedDelivery, type SenderContext } from './sender.ts'
import { shortenText, toSingleLine } from '#lib/contract/document/document-model.ts'
import { listSectionLines } from '#lib/contract/document/plain-text.ts'
import { createMessageLink, createMessageSections, formatUserActionNeedPrefix } from '../message/sections.ts'
import {
  formatIncidentHeadline,
  getMessageGroupKey,
  keepLastNoticePerSubject,
  formatMessageTitle,
} from '../message/message-text.ts'

const targetSchema = z.object({ region: z.enum(['us', 'eu']) })

/** POSTs the events of one message to PagerDuty. */
export const sendPagerDuty: SendChannelMessage = async ({ target, secret }, message, context) => {
  const { region } = targetSchema.parse(target)
  return sendPagerDutyEvents(`https://${pagerDutyRegions[region]}/v2/enqueue`, secret, message, context)
}

/**
 * Sends the events of one message to a PagerDuty address. If one event fails, the whole message fails and all its
 * events are sent again later; PagerDuty ignores repeated events.
 */
export async function sendPagerDutyEvents(
  url: string,
  secret: string | null,
  { content }: Pick<ChannelMessage, 'content'>,
  context: SenderContext,
): Promise<DeliveryResult> {
  if (secret === null) return createFailedDelivery('the channel has no integration key: set one')
  let delivery: DeliveryResult = { delivered: true, answer: 'nothing to send' }
  for (const body of createPagerDutyEvents(content, secret, context.publicUrl)) {
    delivery = await postJsonToAllowedAddress({ url, body, refused: 'PagerDuty refuses the integration key' }, context)
    if (!delivery.delivered) return delivery
  }
  return delivery
}

type PagerDutySeverity = 'critical' | 'error' | 'warning' | 'info'
const severities: Readonly<Record<Severity, PagerDutySeverity>> = {
  critical: 'critical',
  major: 'error',
  minor: 'warning',
  warning: 'warning',
  info: 'info',
}

/** PagerDuty's maximum length of a summary. */
const MAX_OF_SUMMARY = 1_024

/**
 * Returns the events of one message, one for each incident. All events of an incident share a `dedup_key`, so that an
 * acknowledgement or an end in Peerwatch also applies in PagerDuty.
 * @source https://github.com/PagerDuty/api-schema/blob/main/reference/events-v2/openapiv3.json
 */
export function createPagerDutyEvents(content: MessageContent, routingKey: string, publicUrl: string | null): string[] {
  if (content.reason === 'digest') {
    return keepLastNoticePerSubject(content.entries).flatMap((entry) => incidentEvents(entry, routingKey, publicUrl))
  }
  if ('incidentId' in content) return incidentEvents(content, routingKey, publicUrl)
  const key = content.reason === 'test' ? 'peerwatch:test' : `peerwatch:${content.reason}:${content.monday}`
  return [
    JSON.stringify({
      routing_key: routingKey,
      event_action: 'trigger',
      dedup_key: key,
      client: 'Peerwatch',
      ...(publicUrl !== null && { client_url: publicUrl }),
      payload: {
        summary: summaryOf(formatMessageTitle(content)),
        severity: 'info',
        source: 'Peerwatch',
        timestamp: content.at,
        custom_details: detailsOf(content, publicUrl),
      },
    }),
  ]
}

const keyOf = (content: IncidentContent) => `peerwatch:${getMessageGroupKey(content)}`

/**
 * Returns the event of an incident. If the incident continues an earlier incident (about failing polls of the same
 * fault), a second event resolves the earlier incident in PagerDuty, because its end is not notified separately.
 */
function incidentEvents(content: IncidentContent, routingKey: string, publicUrl: string | null): string[] {
  const { continues = null } = content
  const own = incidentEvent(content, routingKey, publicUrl)
  if (continues === null) return [own]
  const former: IncidentContent = { ...content, incidentId: continues, reason: 'closed' }
  return [own, incidentEvent(former, routingKey, publicUrl)]
}

function incidentEvent(content: IncidentContent, routingKey: string, publicUrl: string | null): string {
  const { reason, severity, kind, scopeName, subject, at } = content
  const action =
    reason === 'closed' || reason === 'withdrawn' ? 'resolve' : reason === 'acknowledged' ? 'acknowledge' : 'trigger'
  const common = { routing_key: routingKey, event_action: action, dedup_key: keyOf(content) }
  if (action !== 'trigger') return JSON.stringify(common)
  const url = publicUrl === null ? null : createMessageLink(content, publicUrl)
  return JSON.stringify({
    ...common,
    client: 'Peerwatch',
    ...(url !== null && { client_url: url, links: [{ href: url, text: 'The incident in Peerwatch' }] }),
    payload: {
      summary: summaryOf(`${formatUserActionNeedPrefix(content)}${formatIncidentHeadline(content)}`),
      severity: severities[severity],
      source: scopeName || 'Peerwatch',
      timestamp: at,
      ...(subject !== '' && { component: subject }),
      class: kind,
      custom_details: detailsOf(content, publicUrl),
    },
  })
}

/**
 * Returns the lines of the message as an object from label to text. Lines with the same label are joined with a
 * semicolon.
 */
function detailsOf(content: MessageContent, publicUrl: string | null): Record<string, string> {
  const details: Record<string, string> = {}
  let last = 'Status'
  for (const { label, text } of createMessageSections(content, publicUrl).flatMap(listSectionLines)) {
    if (label !== '') last = label
    details[last] = details[last] === undefined ? text : `${details[last]}; ${text}`
  }
  return details
}

const summaryOf = (text: string) => shortenText(toSingleLine(text), MAX_OF_SUMMARY)
