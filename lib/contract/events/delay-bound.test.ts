import { describe, expect, it } from 'vitest'
import { delayBound, type PollPace, pollsOfDelay } from './delay-bound.ts'
import type { Severity } from './event.ts'
import { type EventKind, eventKinds } from '../event-kinds/index.ts'

const poll = (scope: string, kind: PollPace['kind'], intervalSeconds = 60, latency = 2): PollPace => ({
  scope,
  kind,
  intervalSeconds,
  floorSeconds: intervalSeconds + latency,
})
const polls = [poll('lon', 'summary'), poll('gw', 'peers'), poll('gw', 'learned', 300), poll('slow', 'summary', 300)]

describe('the longest delay of an event', () => {
  it.each<[string, EventKind, string, Severity, string[], [number, number] | null]>([
    ['critical, by one sample: a poll, and what a first notice waits', 'circuit_down', 'lon', 'critical', [], [62, 20]],
    ['major, confirmed by a second sample: another poll', 'path_down', 'lon', 'major', [], [62, 62]],
    ['major, by one sample: a poll to settle', 'redundancy_lost', 'lon', 'major', [], [62, 60]],
    ['at the pace of its own circuit', 'circuit_down', 'slow', 'critical', [], [302, 20]],
    ['by what another scope polls: the slowest there is', 'failover', 'lon', 'major', [], [302, 60]],
    ['events proved by bytes have no bound', 'green_but_dead', 'lon', 'critical', [], null],
    ['what gateways had to speak for', 'circuit_down', 'lon', 'critical', ['by_gateway_peers'], null],
    ['what nothing polls', 'provider_state_changed', 'lon', 'major', [], null],
  ])('%s', (_, kind, scope, severity, flags, expected) => {
    const bound = delayBound({ kind, scope, severity, flags }, polls)
    expect(bound && [bound.detectedWithinSeconds, bound.notifiedWithinSeconds]).toEqual(expected)
  })

  it('goes by the interval where no call was measured yet', () => {
    const unmeasured = [{ ...poll('lon', 'summary'), floorSeconds: null }]
    const event = { kind: 'circuit_down' as const, scope: 'lon', severity: 'critical' as const, flags: [] }
    expect(delayBound(event, unmeasured)?.detectedWithinSeconds).toBe(60)
  })

  it.each(eventKinds)('%s: needs others only for what its own scope does not poll', (kind) => {
    for (const scope of ['lon', 'gw', 'slow', 'nowhere']) {
      const event = { kind, scope, severity: 'major' as const, flags: [] }
      const own = polls.filter((one) => one.scope === scope)
      const missing = pollsOfDelay(event).filter((kinds) => !own.some((one) => kinds.includes(one.kind)))
      const others = polls.filter((one) => missing.flat().includes(one.kind))
      expect(delayBound(event, [...own, ...others])).toEqual(delayBound(event, polls))
    }
  })
})
