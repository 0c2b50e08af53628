import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { EpochMs } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { PROOF_CHANNEL, type StoredChannel, storedChannel } from './store/channels.ts'
import { signatureHeaders } from './channels/signature.ts'
import type { Content } from './content.ts'
import { addNotification, ensureChannelRow } from './store/outbox-queue.ts'
import type { SecretBox } from './secret-box.ts'

/** A request of somebody who copied one is older than this (Standard Webhooks). */
const WINDOW_MS = 5 * 60_000

/** The built-in channel, made when it is not there yet; its secret was chosen at random. */
export async function proofChannel(db: Queryable, secrets: SecretBox): Promise<StoredChannel> {
  const known = await storedChannel(db, PROOF_CHANNEL)
  if (known) return known
  await ensureChannelRow(db, {
    id: PROOF_CHANNEL,
    name: `${PROOF_CHANNEL} ${randomBytes(6).toString('base64url')}`,
    secret: secrets.seal(`whsec_${randomBytes(32).toString('base64')}`),
  })
  const made = await storedChannel(db, PROOF_CHANNEL)
  if (!made) throw new Error('the built-in channel could not be made')
  return made
}

/** Puts the notification of a round into the outbox, under the round's id. */
export async function queueProof(
  db: Database,
  { id, content, at, secrets }: { id: string; content: Content; at: EpochMs; secrets: SecretBox },
): Promise<void> {
  await db.transaction(async (client) => {
    const { name } = await proofChannel(client, secrets)
    await addNotification(client, {
      id,
      channelId: PROOF_CHANNEL,
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
 * Whether a request is a notification that this Peerwatch sent to its receiver of proofs a moment ago.
 * @returns id of the notification; null = it is not
 */
export async function signedProof(
  db: Queryable,
  { headers, body }: { headers: Pick<Headers, 'get'>; body: string },
  { secrets, now }: { secrets: SecretBox; now: EpochMs },
): Promise<string | null> {
  const channel = await storedChannel(db, PROOF_CHANNEL)
  const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map(
    (name) => headers.get(name) ?? '',
  )
  if (!channel?.secret || !id || !/^\d{1,12}$/.test(timestamp ?? '')) return null
  const at = Number(timestamp) * 1_000
  if (Math.abs(now - at) > WINDOW_MS) return null
  const expected = signatureHeaders(secrets.open(channel.secret), { id, at, body })['webhook-signature'] ?? ''
  return timingSafeEqual(digest(signature ?? ''), digest(expected)) ? id : null
}

const digest = (text: string) => createHash('sha256').update(text).digest()
