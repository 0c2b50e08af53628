import { createHmac } from 'node:crypto'
import type { EpochMs } from '#lib/contract/index.ts'

/**
 * Returns the signature headers of scheme `v1` of Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`, keyed
 * with the bytes after `whsec_`.
 * @param at time of this attempt; the header has whole seconds
 * @source https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function createSignatureHeaders(
  secret: string,
  { id, at, body }: { id: string; at: EpochMs; body: string },
): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000))
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
}
