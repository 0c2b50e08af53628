import type { DetectedEvent } from '#lib/contract/index.ts'

/**
 * A session of the gateway `gw` that went down at a moment, and is so still, unless more is said of it.
 * @param key of the event, from which its id follows
 * @param at a moment, as epoch ms, at which it was seen too
 */
export const downEvent = (key: string, at: number, more: Partial<DetectedEvent> = {}): DetectedEvent => ({
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
