import { readClientAddress, recordAuditEntry } from '#lib/access/index.ts'
import { receiveAlertingProofMessage } from '#lib/alerting/index.ts'
import { INBOUND_REQUESTS_PATH } from '#lib/contract/index.ts'
import {
  type VendorAcknowledgement,
  createChannelSettings,
  InboundRateLimiter,
  receiveInbound,
  requestAlertEvaluation,
} from '#lib/notify/index.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { getSettings } from '#lib/platform/settings.ts'
import { acknowledgeVisibleIncident } from '#lib/incidents/answers/index.ts'
import { runAsActor, getDatabaseForUse } from '#lib/questions/index.ts'
import { createPublicHandler } from '../../../../_http/handler.ts'
import { createProblemResponse } from '../../../../_http/problem-response.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

/**
 * Maximum number of requests per minute and client address. A vendor sends one request for each event of an incident.
 */
const MAX_A_MINUTE = 120
const rate = new InboundRateLimiter(MAX_A_MINUTE)

/**
 * Receives a request from the chat or paging service of a notification channel, for example an acknowledgement. The
 * signature proves that this service sent it.
 */
export const POST = createPublicHandler(async (request) => {
  const address = readClientAddress(request.headers)
  const wait = rate.take(address ?? '', databaseClock.now())
  if (wait > 0) return createProblemResponse(429, 'Too many requests: wait.', request, { 'retry-after': String(wait) })
  const [kind = '', channelId = ''] = new URL(request.url).pathname.slice(INBOUND_REQUESTS_PATH.length).split('/')
  const db = getDatabaseForUse('commands')
  const { secrets } = createChannelSettings(getSettings())
  const body = await request.text()
  if (kind === 'proof') {
    const isTaken = await receiveAlertingProofMessage(
      db.pool,
      { headers: request.headers, body },
      { secrets, clock: databaseClock },
    )
    if (!isTaken)
      return createProblemResponse(401, 'This request is not a notification that Peerwatch sent to itself.', request)
    return Response.json({ result: 'received' }, { headers: { 'cache-control': 'no-store' } })
  }
  const acknowledgeAs = async ({ incidentId, by, note }: VendorAcknowledgement) => {
    await runAsActor(by, () => acknowledgeVisibleIncident(db, incidentId, note))
    await requestAlertEvaluation(db, incidentId, databaseClock.now())
  }
  const asked = {
    kind,
    channelId: decodeURIComponent(channelId),
    headers: request.headers,
    body,
  }
  const received = await receiveInbound(db, asked, { secrets, clock: databaseClock, acknowledge: acknowledgeAs })
  if (received.result === 'refused')
    return createProblemResponse(401, 'No channel takes this: the address or the signature is wrong.', request)
  if (received.result === 'acknowledged') {
    const { channel, acknowledgement } = received
    const { incidentId, by, note } = acknowledgement
    const change = {
      action: 'acknowledgeIncident',
      subject: incidentId,
      before: undefined,
      after: { note, channel: channel.name },
      address,
    }
    await recordAuditEntry(db.pool, { kind: 'channel', id: channel.id, name: by }, change).catch((error: unknown) => {
      // The acknowledgement was stored, so the response must not be an error. Otherwise the service would send it
      // again.
      createComponentLogger('access').error({ err: error, action: change.action }, 'a change is missing in the audit')
    })
  }
  return Response.json({ result: received.result }, { headers: { 'cache-control': 'no-store' } })
})
