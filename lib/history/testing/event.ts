import type { DetectedEvent } from '#lib/contract/index.ts'

/**
 * Returns an event of a session of the gateway `gw` that went down at a moment and is still down, unless `more`
 * overrides fields.
 * @param key key of the event, from which its ID is derived
 * @param at time at which it went down and was detected, epoch ms
 */
export const createDownEvent = (key: string, at: number, more: Partial<DetectedEvent> = {}): DetectedEvent => ({
  key,
  kind: 'session_down',
  severity: 'minor',
  scope: 'gw',
  subject: 'a~b',
  started: { earliest: at, latest: at },
  ended: null,
  duration: null,
  detectedAt: at,
  evidence: [],
  causes: [],
  flags: [],
  ...more,
})
