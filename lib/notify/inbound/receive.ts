import { createHmac, timingSafeEqual } from 'node:crypto'
import type { EpochMs, InboundKind } from '#lib/contract/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Database } from '#lib/platform/database.ts'
import { registerSecret } from '#lib/platform/secrets.ts'
import { alertsOf } from '../store/alerts.ts'
import { alertIdOf, channelAudience } from '../jobs/alerts/audience.ts'
import { type StoredChannel, storedChannels } from '../store/channels.ts'
import { readAlertState } from '../rules/alert-state.ts'
import type { SecretBox } from '../secret-box.ts'
import { type Acknowledgement, readPagerDuty, readSlack } from './acknowledgement.ts'
import { isDuplicateRequest, recordRequest } from '../store/inbound-requests.ts'

/** Slack's own advice: an older request is a replay. */
const SLACK_WINDOW_MS = 5 * 60_000

interface InboundRequest {
  kind: string
  channelId: string
  headers: Pick<Headers, 'get'>
  /** as it was sent */
  body: string
}

/** What became of a request of a vendor. */
type Received =
  /** no such channel, one that is turned off, none that takes requests, or a wrong signature: which of them is not said */
  | { result: 'refused' }
  /** nothing that changes an incident which this channel received and which is open */
  | { result: 'ignored' }
  | { result: 'acknowledged'; channel: { id: string; name: string }; acknowledgement: Acknowledgement }

/** What happened at the vendor so long ago is no longer taken: it tried in vain all that time. */
export const INBOUND_WINDOW_MS = 60 * 60_000

/**
 * Takes what a vendor sends about a channel: an acknowledgement counts once, for an open incident that the channel received (ADR 0170).
 * @param acknowledge records it, in the name of who did it there
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
    acknowledge: (acknowledgement: Acknowledgement) => Promise<void>
  },
): Promise<Received> {
  const now = clock.now()
  const channel = (await storedChannels(db.pool)).find(({ id }) => id === request.channelId)
  if (!channel?.enabled || channel.kind !== request.kind || channel.inboundSecret === null) return { result: 'refused' }
  const secret = secrets.open(channel.inboundSecret)
  registerSecret(secret, `inbound secret of ${channel.id}`)
  const vendor = vendors[request.kind as InboundKind]
  if (!vendor.isSigned(request, secret, now)) return { result: 'refused' }
  const found = vendor.read(request.body, now)
  if (!found || !(await isAnswerable(db, channel, found, now))) return { result: 'ignored' }
  const noted = { channelId: channel.id, requestId: found.requestId }
  if (await isDuplicateRequest(db.pool, noted)) return { result: 'ignored' }
  await acknowledge(found)
  // afterwards: what failed is taken when the vendor sends it again
  const isFirst = await recordRequest(db.pool, { ...noted, at: now })
  // sent twice at the same moment it says the same twice, and is one acknowledgement
  if (!isFirst) return { result: 'ignored' }
  return { result: 'acknowledged', channel: { id: channel.id, name: channel.name }, acknowledgement: found }
}

const vendors: Record<
  InboundKind,
  {
    isSigned: (request: InboundRequest, secret: string, now: EpochMs) => boolean
    read: (body: string, now: EpochMs) => Acknowledgement | null
  }
> = {
  pagerduty: {
    isSigned: ({ headers, body }, secret) => isSignedByPagerDuty(headers.get('x-pagerduty-signature'), body, secret),
    read: readPagerDuty,
  },
  slack: {
    isSigned: ({ headers, body }, secret, now) => {
      const [signature, timestamp] = [headers.get('x-slack-signature'), headers.get('x-slack-request-timestamp')]
      return isSignedBySlack({ signature, timestamp }, body, secret, now)
    },
    read: readSlack,
  },
}

/** Only what was sent to the channel can be acknowledged from there, while it is open, by what happened in this opening. */
async function isAnswerable(
  db: Database,
  channel: StoredChannel,
  { incidentId, at }: Acknowledgement,
  now: EpochMs,
): Promise<boolean> {
  if (Math.abs(now - at) > INBOUND_WINDOW_MS) return false
  const [alert] = await alertsOf(db.pool, [alertIdOf(incidentId, channelAudience(channel))])
  if (!alert || !alert.delivered[channel.id]?.opening) return false
  const { phase, closedAt } = readAlertState(alert.state)
  return phase === 'open' && at > (closedAt ?? -Infinity)
}

/**
 * Whether PagerDuty signed a body: one of the signatures of the header is HMAC-SHA256 over it, version v1.
 * @param header `v1=<hex>,v1=<hex>`: several while a secret is being replaced
 * @source https://developer.pagerduty.com/docs/webhooks/webhook-signatures/
 */
export function isSignedByPagerDuty(header: string | null, body: string, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(body).digest()
  return (header ?? '').split(',').some((one) => isHexOf(one.trim(), 'v1=', expected))
}

/**
 * Whether Slack signed a body within the last five minutes: HMAC-SHA256 over `v0:<timestamp>:<body>`.
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
