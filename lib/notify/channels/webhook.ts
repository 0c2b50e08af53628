import { postJsonToAllowedAddress, getTargetUrl } from './http-post.ts'
import { type SendChannelMessage, createFailedDelivery } from './sender.ts'
import { createSignatureHeaders } from './signature.ts'
import type { CostFinding } from '#lib/cost/api/index.ts'
import { formatFindingTitle } from '#lib/contract/index.ts'
import type { MessageContent, IncidentContent, ChannelMessage } from '../content.ts'
import { createMessageLink } from '../message/sections.ts'
import { formatIncidentHeadline, formatMessageTitle } from '../message/message-text.ts'

/** Returns a sender that POSTs the signed body of a message. */
export const createSignedSender =
  (
    bodyOf: (message: ChannelMessage, publicUrl: string | null) => string,
    typeHeaders: Record<string, string> = {},
  ): SendChannelMessage =>
  async ({ target, secret }, message, context) => {
    if (secret === null) return createFailedDelivery('the webhook has no secret to sign with: set one')
    const body = bodyOf(message, context.publicUrl)
    const headers = { ...typeHeaders, ...createSignatureHeaders(secret, { id: message.id, at: context.now(), body }) }
    const refused = 'the receiver refuses the signature or the address'
    return postJsonToAllowedAddress({ url: getTargetUrl(target), body, headers, refused }, context)
  }

export const sendWebhook = createSignedSender(({ content }, publicUrl) => createWebhookBody(content, publicUrl))

/**
 * Returns the body of a webhook: `type`, `timestamp` and `data`, as Standard Webhooks recommends. Types are
 * `incident.<reason>`, `collector.<reason>` (Peerwatch itself receives no data), `ahead.<reason>` (predicted effects of
 * announced work), `digest`, `cost.findings`, `posture.findings` and `test`.
 */
export function createWebhookBody(content: MessageContent, publicUrl: string | null): string {
  return JSON.stringify(createWebhookFields(content, publicUrl))
}

/** Returns the fields of a webhook's body as an object, before it is converted to JSON. */
export function createWebhookFields(content: MessageContent, publicUrl: string | null) {
  return { type: typeOf(content), timestamp: content.at, data: dataOf(content, publicUrl) }
}

function typeOf(content: MessageContent): string {
  if (content.reason === 'findings') return 'cost.findings'
  if (content.reason === 'posture') return 'posture.findings'
  if (content.reason === 'digest' || content.reason === 'test') return content.reason
  const about = content.ahead ? 'ahead' : content.incidentId === null ? 'collector' : 'incident'
  return `${about}.${content.reason}`
}

function dataOf(content: MessageContent, publicUrl: string | null): Record<string, unknown> {
  if (content.reason === 'test') return { title: formatMessageTitle(content), channel: content.channel }
  if (content.reason === 'findings') {
    const { monday, entries } = content
    return { title: formatMessageTitle(content), monday, findings: entries.map((entry) => finding(entry, publicUrl)) }
  }
  if (content.reason === 'posture') {
    const { monday, entries, failing, since, ahead = [] } = content
    return { title: formatMessageTitle(content), monday, failing: failing.length, since, checks: entries, ahead }
  }
  if (content.reason === 'digest') {
    const { severity, customer, entries } = content
    return {
      title: formatMessageTitle(content),
      severity,
      customer,
      entries: entries.map((entry) => incident(entry, publicUrl)),
    }
  }
  return incident(content, publicUrl)
}

const finding = ({ links, ...entry }: CostFinding, publicUrl: string | null) => ({
  title: formatFindingTitle(entry),
  ...entry,
  links: publicUrl === null ? [] : links.map(({ label, href }) => ({ label, url: `${publicUrl}${href}` })),
})

function incident(content: IncidentContent, publicUrl: string | null): Record<string, unknown> {
  const { started, ended, at: decidedAt, ...rest } = content
  return {
    title: formatIncidentHeadline(content),
    ...rest,
    startedBetween: started,
    endedBetween: ended,
    decidedAt,
    url: publicUrl === null ? null : createMessageLink(content, publicUrl),
  }
}
