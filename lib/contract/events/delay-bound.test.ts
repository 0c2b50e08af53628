import { describe, expect, it } from 'vitest'
import { computeNotificationDelayBound, type PollKindInterval, getPollKindsForDelay } from './delay-bound.ts'
import type { Severity } from './event.ts'
import { type EventKind, eventKinds } from '../event-kinds/index.ts'

const poll = (scope: string, kind: PollKindInterval['kind'], intervalSeconds = 60, latency = 2): PollKindInterval => ({
  scope,
  kind,
  intervalSeconds,
  floorSeconds: intervalSeconds + latency,
})
const noticed = { began: 1_000, detectedAt: 46_000 }
const polls = [poll('lon', 'summary'), poll('gw', 'peers'), poll('gw', 'learned', 300), poll('slow', 'summary', 300)]

describe('the longest delay of an event', () => {
  it.each<[string, EventKind, string, Severity, string[], [number, number] | null]>([
    ['critical, by one sample: a poll, and what a first notice waits', 'circuit_down', 'lon', 'critical', [], [45, 20]],
    ['major, confirmed by a second sample: another poll', 'path_down', 'lon', 'major', [], [45, 62]],
    ['major, by one sample: what a first notice waits', 'redundancy_lost', 'lon', 'major', [], [45, 20]],
    ['minor, by one sample: a poll to settle', 'redundancy_lost', 'lon', 'minor', [], [45, 60]],
    ['at the pace of its own circuit', 'path_down', 'slow', 'major', [], [45, 302]],
    ['by what another scope polls: the slowest there is', 'failover', 'lon', 'minor', [], [45, 60]],
    ['events proved by bytes have no bound', 'green_but_dead', 'lon', 'critical', [], null],
    ['what gateways had to speak for', 'circuit_down', 'lon', 'critical', ['by_gateway_peers'], null],
    ['what nothing polls', 'provider_state_changed', 'lon', 'major', [], null],
  ])('%s', (_, kind, scope, severity, flags, expected) => {
    const bound = computeNotificationDelayBound({ kind, scope, severity, flags }, noticed, polls)
    expect(bound && [bound.detectedWithinSeconds, bound.notifiedWithinSeconds]).toEqual(expected)
  })

  it('goes by the interval where no call was measured yet', () => {
    const unmeasured = [{ ...poll('lon', 'summary'), floorSeconds: null }]
    const event = { kind: 'path_down' as const, scope: 'lon', severity: 'major' as const, flags: [] }
    expect(computeNotificationDelayBound(event, noticed, unmeasured)?.notifiedWithinSeconds).toBe(60)
    expect(computeNotificationDelayBound(event, { ...noticed, began: 0 }, unmeasured)).toBeNull()
  })

  it.each(eventKinds)('%s: needs others only for what its own scope does not poll', (kind) => {
    for (const scope of ['lon', 'gw', 'slow', 'nowhere']) {
      const event = { kind, scope, severity: 'major' as const, flags: [] }
      const own = polls.filter((one) => one.scope === scope)
      const missing = getPollKindsForDelay(event).filter((kinds) => !own.some((one) => kinds.includes(one.kind)))
      const others = polls.filter((one) => missing.flat().includes(one.kind))
      expect(computeNotificationDelayBound(event, noticed, [...own, ...others])).toEqual(
        computeNotificationDelayBound(event, noticed, polls),
      )
    }
  })
})
