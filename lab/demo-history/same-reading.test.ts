import { describe, expect, it } from 'vitest'
import type { PollObservation } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { isSameReading } from './same-reading.ts'

const peer = {
  localAddress: '10.0.4.12',
  neighbor: '10.0.4.4',
  asn: 12076,
  state: 'established',
  azureState: 'Connected',
  connectedDurationMs: 5 * MS_PER_MINUTE,
  routesReceived: 3,
  messagesSent: 10n,
  messagesReceived: 10n,
}
const neighbor = {
  neighbor: '192.0.2.1',
  asn: 65001,
  state: 'established',
  azureState: '3',
  downReason: null,
  prefixesReceived: 3,
  upDown: { ms: 5 * MS_PER_MINUTE, unitMs: 1_000 },
}
const connection = {
  connectionStatus: 'Connected',
  routingWeight: 0,
  fastPath: false,
  counters: { path: null, bytesIn: 10n, bytesOut: 10n },
  tunnels: [{ name: 't', status: 'Connected', bytesIn: 1n, bytesOut: 1n }],
}

/** Builds an observation. `rows` must have the type of the kind, which this helper cannot check. */
const observed = (kind: string, minute: number, rows: unknown, more: object = {}): PollObservation =>
  ({
    target: { resourceId: '/r', subresource: '' },
    kind,
    startedAt: minute * MS_PER_MINUTE,
    finishedAt: minute * MS_PER_MINUTE + 400,
    outcome: 'ok',
    error: null,
    silentInstances: [],
    budget: null,
    correlationId: String(minute),
    rows,
    ...more,
  }) as PollObservation

describe('two polls, a minute apart', () => {
  const cases: [string, boolean, string, object, object][] = [
    [
      'a session that has aged by it',
      true,
      'peers',
      peer,
      { ...peer, connectedDurationMs: 6 * MS_PER_MINUTE, messagesSent: 11n },
    ],
    [
      'a session that came up again in it',
      false,
      'peers',
      peer,
      { ...peer, connectedDurationMs: 30_000, messagesSent: 1n },
    ],
    [
      'a session that came up again in it, later than it was old',
      false,
      'peers',
      { ...peer, connectedDurationMs: 20_000 },
      { ...peer, connectedDurationMs: 50_000 },
    ],
    ['a session in another state', false, 'peers', peer, { ...peer, azureState: 'Idle', state: 'idle' }],
    ['a prefix more', false, 'peers', peer, { ...peer, connectedDurationMs: 6 * MS_PER_MINUTE, routesReceived: 4 }],
    [
      'a neighbor that has aged',
      true,
      'summary',
      neighbor,
      { ...neighbor, upDown: { ms: 6 * MS_PER_MINUTE, unitMs: 1_000 } },
    ],
    [
      'a neighbor that came up again',
      false,
      'summary',
      neighbor,
      { ...neighbor, upDown: { ms: 20_000, unitMs: 1_000 } },
    ],
    [
      'an entry that was refreshed',
      true,
      'arp',
      { ipAddress: '192.0.2.1', ageMinutes: 7 },
      { ipAddress: '192.0.2.1', ageMinutes: 0 },
    ],
    [
      'an entry that lost its address',
      false,
      'arp',
      { macAddress: 'a', ageMinutes: 7 },
      { macAddress: null, ageMinutes: 7 },
    ],
    ['counters that grew', true, 'stats', { bytesIn: 1n, bytesOut: 2n }, { bytesIn: 3n, bytesOut: 2n }],
    ['a counter that fell', false, 'stats', { bytesIn: 1n, bytesOut: 2n }, { bytesIn: 3n, bytesOut: 1n }],
    [
      'a connection that carried',
      true,
      'connection',
      connection,
      { ...connection, counters: { path: null, bytesIn: 12n, bytesOut: 10n } },
    ],
    ['a connection with another weight', false, 'connection', connection, { ...connection, routingWeight: 10 }],
    [
      'a tunnel whose counter fell',
      false,
      'connection',
      connection,
      { ...connection, tunnels: [{ ...connection.tunnels[0], bytesIn: 0n }] },
    ],
    ['the same routes', true, 'learned', { prefix: '10.0.0.0/8' }, { prefix: '10.0.0.0/8' }],
    ['another route', false, 'learned', { prefix: '10.0.0.0/8' }, { prefix: '10.0.0.0/9' }],
    ['a log that has an entry', false, 'activity', { eventDataId: 'a' }, { eventDataId: 'a' }],
  ]
  it.each(cases)('%s: the same is %s', (_, same, kind, before, after) => {
    expect(isSameReading(observed(kind, 10, [before]), observed(kind, 11, [after]))).toBe(same)
  })

  it('another outcome, another silent instance, an empty log', () => {
    const before = observed('peers', 10, [])
    expect(isSameReading(before, observed('peers', 11, []))).toBe(true)
    expect(isSameReading(before, observed('peers', 11, [], { outcome: 'throttled' }))).toBe(false)
    expect(isSameReading(before, observed('peers', 11, [], { silentInstances: ['10.0.4.13'] }))).toBe(false)
    expect(isSameReading(observed('activity', 10, []), observed('activity', 11, []))).toBe(true)
  })
})
