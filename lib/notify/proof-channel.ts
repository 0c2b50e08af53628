import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { EpochMs } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { ALERTING_PROOF_CHANNEL_ID, type StoredChannel, readStoredChannel } from './store/channels.ts'
import { createSignatureHeaders } from './channels/signature.ts'
import type { MessageContent } from './content.ts'
import { addNotification, ensureChannelRow } from './store/outbox-queue.ts'
import type { SecretBox } from './secret-box.ts'

/**
 * Maximum age of a test alert in milliseconds. An older request is refused, because it may be a copy that somebody
 * replays (Standard Webhooks).
 */
const WINDOW_MS = 5 * 60_000

/**
 * Returns the built-in channel for proofs (test alerts by which Peerwatch proves that alerting works). Creates it with
 * a random secret on first use.
 */
export async function ensureAlertingProofChannel(db: SqlExecutor, secrets: SecretBox): Promise<StoredChannel> {
  const known = await readStoredChannel(db, ALERTING_PROOF_CHANNEL_ID)
  if (known) return known
  await ensureChannelRow(db, {
    id: ALERTING_PROOF_CHANNEL_ID,
    name: `${ALERTING_PROOF_CHANNEL_ID} ${randomBytes(6).toString('base64url')}`,
    secret: secrets.seal(`whsec_${randomBytes(32).toString('base64')}`),
  })
  const made = await readStoredChannel(db, ALERTING_PROOF_CHANNEL_ID)
  if (!made) throw new Error('the built-in channel could not be made')
  return made
}

/**
 * Adds the test alert of a proof to the outbox.
 * @param test `id` is both the ID of the proof and of the notification
 */
export async function enqueueAlertingProofMessage(
  db: Database,
  { id, content, at, secrets }: { id: string; content: MessageContent; at: EpochMs; secrets: SecretBox },
): Promise<void> {
  await db.transaction(async (client) => {
    const { name } = await ensureAlertingProofChannel(client, secrets)
    await addNotification(client, {
      id,
      channelId: ALERTING_PROOF_CHANNEL_ID,
      channelName: name,
      alerts: [],
      content,
      inReplyTo: null,
      state: 'pending',
      createdAt: at,
    })
  })
}

/**
 * Verifies that a request is a test alert that this Peerwatch signed within the last five minutes.
 * @returns ID of the notification; null = the request is not such an alert
 */
export async function verifyAlertingProofRequest(
  db: SqlExecutor,
  { headers, body }: { headers: Pick<Headers, 'get'>; body: string },
  { secrets, now }: { secrets: SecretBox; now: EpochMs },
): Promise<string | null> {
  const channel = await readStoredChannel(db, ALERTING_PROOF_CHANNEL_ID)
  const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
    (name) => headers.get(name) ?? '',
  )
  if (!channel?.secret || !id || !/^\d{1,12}$/.test(timestamp ?? '')) return null
  const at = Number(timestamp) * 1_000
  if (Math.abs(now - at) > WINDOW_MS) return null
  const expected = createSignatureHeaders(secrets.open(channel.secret), { id, at, body })['webhook-signature'] ?? ''
  return timingSafeEqual(digest(signature ?? ''), digest(expected)) ? id : null
}

const digest = (text: string) => createHash('sha256').update(text).digest()
