import { createHmac, timingSafeEqual } from 'node:crypto'
import type { EpochMs, InboundChannelKind } from '#lib/contract/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { registerSecret } from '#lib/platform/secrets.ts'
import { readAlerts } from '../store/alerts.ts'
import { formatAlertId, getChannelAudience } from '../jobs/alerts/channel-audience.ts'
import { type StoredChannel, readChannels } from '../store/channels.ts'
import { parseAlertState } from '../rules/alert-state.ts'
import type { SecretBox } from '../secret-box.ts'
import {
  type VendorAcknowledgement,
  parsePagerDutyAcknowledgement,
  parseSlackAcknowledgement,
} from './acknowledgement.ts'
import { isDuplicateInboundRequest, recordInboundRequest } from '../store/inbound-requests.ts'

/** Maximum age of a Slack request in milliseconds, as Slack recommends. An older request counts as a replay. */
const SLACK_WINDOW_MS = 5 * 60_000

interface InboundRequest {
  kind: string
  channelId: string
  headers: Pick<Headers, 'get'>
  /** body of the request exactly as received, because the signature depends on each byte */
  body: string
}

/** The result of a vendor's request to acknowledge an incident. */
type Received =
  /**
   * The channel is unknown, disabled or accepts no requests, or the signature is wrong. The response does not tell
   * which of these applies.
   */
  | { result: 'refused' }
  /**
   * The request is authentic but has no effect, for example because the incident is closed or was not sent to this
   * channel.
   */
  | { result: 'ignored' }
  | { result: 'acknowledged'; channel: { id: string; name: string }; acknowledgement: VendorAcknowledgement }

/** Maximum age in milliseconds of the user's action at the vendor. Older actions are ignored. */
export const MAX_INBOUND_ACTION_AGE_MS = 60 * 60_000

/**
 * Processes a vendor's request for a channel. An acknowledgement is stored once, and only if the incident is open and
 * was sent to this channel (ADR 0170).
 * @param acknowledge stores the acknowledgement under the name of the vendor's user
 */
export async function receiveInbound(
  db: Database,
  request: InboundRequest,
  {
    secrets,
    clock,
    acknowledge,
  }: {
    secrets: SecretBox
    clock: Clock
    acknowledge: (acknowledgement: VendorAcknowledgement) => Promise<void>
  },
): Promise<Received> {
  const now = clock.now()
  const channel = (await readChannels(db.pool)).find(({ id }) => id === request.channelId)
  if (!channel?.enabled || channel.kind !== request.kind || channel.inboundSecret === null) return { result: 'refused' }
  const secret = secrets.open(channel.inboundSecret)
  registerSecret(secret, `inbound secret of ${channel.id}`)
  const vendor = vendors[request.kind as InboundChannelKind]
  if (!vendor.isSigned(request, secret, now)) return { result: 'refused' }
  const found = vendor.read(request.body, now)
  if (!found || !(await isAnswerable(db, channel, found, now))) return { result: 'ignored' }
  const noted = { channelId: channel.id, requestId: found.requestId }
  if (await isDuplicateInboundRequest(db.pool, noted)) return { result: 'ignored' }
  await acknowledge(found)
  // Records the request after it was processed. If processing fails, the vendor's next attempt is therefore accepted.
  const isFirst = await recordInboundRequest(db.pool, { ...noted, at: now })
  // If two copies of a request arrive at the same time, only the copy that was recorded first is reported as an
  // acknowledgement.
  if (!isFirst) return { result: 'ignored' }
  return { result: 'acknowledged', channel: { id: channel.id, name: channel.name }, acknowledgement: found }
}

const vendors: Record<
  InboundChannelKind,
  {
    isSigned: (request: InboundRequest, secret: string, now: EpochMs) => boolean
    read: (body: string, now: EpochMs) => VendorAcknowledgement | null
  }
> = {
  pagerduty: {
    isSigned: ({ headers, body }, secret) => isSignedByPagerDuty(headers.get('x-pagerduty-signature'), body, secret),
    read: parsePagerDutyAcknowledgement,
  },
  slack: {
    isSigned: ({ headers, body }, secret, now) => {
      const [signature, timestamp] = [headers.get('x-slack-signature'), headers.get('x-slack-request-timestamp')]
      return isSignedBySlack({ signature, timestamp }, body, secret, now)
    },
    read: parseSlackAcknowledgement,
  },
}

/**
 * Reports whether an acknowledgement applies. The incident must be open and must have been sent to this channel, and
 * the user's action must be recent and later than the previous closing.
 */
async function isAnswerable(
  db: Database,
  channel: StoredChannel,
  { incidentId, at }: VendorAcknowledgement,
  now: EpochMs,
): Promise<boolean> {
  if (Math.abs(now - at) > MAX_INBOUND_ACTION_AGE_MS) return false
  const [alert] = await readAlerts(db.pool, [formatAlertId(incidentId, getChannelAudience(channel))])
  if (!alert || !alert.delivered[channel.id]?.opening) return false
  const { phase, closedAt } = parseAlertState(alert.state)
  return phase === 'open' && at > (closedAt ?? -Infinity)
}

/**
 * Reports whether PagerDuty signed a body. One of the header's signatures must be the HMAC-SHA256 of the body (version
 * v1).
 * @param header `v1=<hex>,v1=<hex>`; several signatures while the secret is being replaced
 * @source https://developer.pagerduty.com/docs/webhooks/webhook-signatures/
 */
export function isSignedByPagerDuty(header: string | null, body: string, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(body).digest()
  return (header ?? '').split(',').some((one) => isHexOf(one.trim(), 'v1=', expected))
}

/**
 * Reports whether Slack signed a body within the last five minutes, by HMAC-SHA256 over `v0:<timestamp>:<body>`.
 * @source https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function isSignedBySlack(
  { signature, timestamp }: { signature: string | null; timestamp: string | null },
  body: string,
  secret: string,
  now: EpochMs,
): boolean {
  if (timestamp === null || !/^\d{1,12}$/.test(timestamp)) return false
  if (Math.abs(now - Number(timestamp) * 1_000) > SLACK_WINDOW_MS) return false
  const expected = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest()
  return isHexOf(signature ?? '', 'v0=', expected)
}

function isHexOf(text: string, version: string, expected: Buffer): boolean {
  const hex = text.slice(version.length)
  if (!text.startsWith(version) || !/^[0-9a-f]{64}$/i.test(hex)) return false
  return timingSafeEqual(Buffer.from(hex, 'hex'), expected)
}
