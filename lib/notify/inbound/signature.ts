import { createHmac, timingSafeEqual } from 'node:crypto'
import type { EpochMs } from '#lib/contract/index.ts'

/** Slack's own advice: an older request is a replay. */
const SLACK_WINDOW_MS = 5 * 60_000

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
