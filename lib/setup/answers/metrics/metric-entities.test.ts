import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StoredCircuitPath, StoredCircuit as Circuit } from '#lib/circuits/api/index.ts'
import type { GatewayToEncode as Gateway } from '#lib/gateways/api/index.ts'
import type { StoredSession } from '#lib/sessions/api/index.ts'
import type { StoredSource } from '../../api/index.ts'
import { formatMetricFamilies } from '#lib/platform/metrics-exposition.ts'
import { groupEstateMetrics } from './estate-families.ts'
import {
  createCircuitEntity,
  type MetricsOfResource,
  createGatewayEntity,
  createPathEntity,
  createPollEntity,
  createSessionEntity,
} from './metric-entities.ts'

const textOf = (...entities: MetricsOfResource[]) =>
  formatMetricFamilies(groupEstateMetrics(entities)).replaceAll(/^#.*\n|^peerwatch_metrics_.*\n/gm, '')

const path = {
  path: 'primary',
  state: 'up',
  reason: null,
  since: { earliest: Date.parse('2026-11-20T03:12:00.000Z'), latest: Date.parse('2026-11-20T03:13:00.000Z') },
  routesReceived: 120,
  bitsInPerSecond: 1_000,
  bitsOutPerSecond: null,
  bytesIn: '9007199254740993',
  bytesOut: null,
} as StoredCircuitPath
const circuit = {
  id: 'c1',
  name: 'ckt-lon',
  subscriptionId: 's1',
  provider: 'ProvA',
  peeringLocation: 'London',
  bandwidthMbps: 1000,
  sku: { tier: 'Standard', family: 'MeteredData' },
  redundancy: 'reduced',
  atLeastPaths: 1,
  atMostPaths: 2,
  paths: [path],
} as Circuit
const session = {
  scope: 'g1',
  scopeName: 'ergw-hub',
  peering: null,
  path: null,
  localAddress: '10.0.4.12',
  neighbor: '10.0.4.4',
  remoteAsn: 12076,
  role: 'msee',
  state: 'established',
  verdict: 'up',
  establishedAt: { earliest: 0, latest: Date.parse('2026-11-20T03:13:00.000Z') },
  establishedTransitions: 3,
  prefixesReceived: 40,
  known: 'observed',
  lastSeenAt: Date.parse('2026-11-20T04:00:00.000Z'),
  evidence: 'state',
} as StoredSession

describe('a path', () => {
  it('has its state, bounds, rates, counter and room; what is not known is absent', () => {
    expect(textOf(createPathEntity(circuit, { type: 'private' }, path, 4_000)).split('\n')).toEqual(
      [
        ['peerwatch_path_state', 'state="up"', 1],
        ['peerwatch_path_state', 'state="degraded"', 0],
        ['peerwatch_path_state', 'state="down"', 0],
        ['peerwatch_path_state', 'state="disabled"', 0],
        ['peerwatch_path_state', 'state="not_configured"', 0],
        ['peerwatch_path_state_since_timestamp_seconds', 'bound="not_before"', 1763608320 + 31536000],
        ['peerwatch_path_state_since_timestamp_seconds', 'bound="not_after"', 1763608380 + 31536000],
        ['peerwatch_path_bits_per_second', 'direction="in"', 1000],
        ['peerwatch_path_bytes_total', 'direction="in"', 9007199254740992],
        ['peerwatch_path_prefixes_received', '', 120],
        ['peerwatch_path_prefixes_limit', '', 4000],
        ['peerwatch_path_prefixes_headroom', '', 3880],
      ]
        .map(
          ([name, label, value]) =>
            `${name}{id="c1",name="ckt-lon",peering="private",path="primary"${label && `,${label}`}} ${value}`,
        )
        .concat(''),
    )
  })

  it('that is unknown has no state, and says why', () => {
    const unknown = { ...path, state: 'unknown', reason: 'Azure refused (403)', since: null } as StoredCircuitPath
    const text = textOf(createPathEntity(circuit, { type: 'private' }, unknown, null))
    expect(text).not.toMatch(/path_state|headroom|limit/)
    expect(text).toContain(
      'peerwatch_unknown_reason{of="path",id="c1",name="ckt-lon",peering="private",path="primary",reason="Azure refused (403)"} 1',
    )
  })
})

describe('a session', () => {
  it('that is up before monitoring began has an upper bound only', () => {
    const text = textOf(createSessionEntity(session))
    expect(text).toMatch(
      /peerwatch_bgp_neighbor_info\{id="g1",name="ergw-hub",local_address="10\.0\.4\.12",neighbor_address="10\.0\.4\.4",peer_as="12076",role="msee",evidence="state"\} 1/,
    )
    expect(text.match(/last_established_timestamp_seconds\{.*\}/g)).toEqual([
      expect.stringMatching(/bound="not_after"/),
    ])
    expect(text).toMatch(/peerwatch_bgp_neighbor_established_transitions_total\{.*\} 3\n/)
    expect(text).toMatch(/peerwatch_bgp_neighbor_session_state\{.*\} 6\n/)
  })

  it.each([
    { verdict: 'up', state: 'established', up: '1', reason: null },
    { verdict: 'down', state: 'active', up: '0', reason: null },
    { verdict: 'disabled', state: 'stopped', up: null, reason: null },
    { verdict: 'never_established', state: 'idle', up: null, reason: null },
    { verdict: 'unknown', state: 'unknown', up: null, reason: 'stale' },
    { verdict: 'not_reported', state: 'unknown', up: null, reason: 'not reported' },
  ] as const)('$verdict: up $up, reason $reason', ({ verdict, state, up, reason }) => {
    const text = textOf(
      createSessionEntity({ ...session, verdict, state, known: reason === 'stale' ? 'stale' : 'observed' }),
    )
    expect(/peerwatch_bgp_neighbor_up\{.*\} (\d)/.exec(text)?.[1] ?? null).toBe(up)
    expect(/peerwatch_unknown_reason\{.*reason="([^"]+)"/.exec(text)?.[1] ?? null).toBe(reason)
    expect(/last_established/.test(text)).toBe(verdict === 'up')
  })
})

it('a circuit has the paths that are up as bounds', () => {
  const text = textOf(createCircuitEntity(circuit))
  expect(text).toContain('peerwatch_circuit_paths_up{id="c1",name="ckt-lon",bound="at_least"} 1\n')
  expect(text).toContain('peerwatch_circuit_paths_up{id="c1",name="ckt-lon",bound="at_most"} 2\n')
  expect(text).toContain('peerwatch_circuit_redundancy{id="c1",name="ckt-lon",state="reduced"} 1\n')
  expect(text).toContain('peerwatch_circuit_bandwidth_bits_per_second{id="c1",name="ckt-lon"} 1000000000\n')
})

it.each([
  [
    'degraded',
    [{ sessionsUp: 2, sessionsExpected: 4 }],
    /sessions_up\{.*\} 2\n[\s\S]*sessions_expected\{.*\} 4\n/,
    /unknown_reason/,
  ],
  [
    'unknown',
    [{ sessionsUp: 0, sessionsExpected: 4 }],
    /unknown_reason\{of="gateway".*reason="stale"/,
    /sessions_up|_state/,
  ],
] as const)('a gateway that is %s', (state, instances, has, hasNot) => {
  const gateway = {
    id: 'g1',
    name: 'ergw',
    kind: 'expressRoute',
    sku: { name: 'ErGw1AZ' },
    state,
    reason: state === 'unknown' ? 'stale' : null,
  }
  const text = textOf(
    createGatewayEntity({ ...gateway, unconfirmedSince: null, subscriptionId: 's', instances } as unknown as Gateway),
  )
  expect(text).toMatch(has)
  expect(text).not.toMatch(hasNot)
})

it.each([
  ['fresh', 0],
  ['late', 0],
  ['stale', 1],
  ['never', 1],
] as const)('a poll that is %s is stale: %i', (state, stale) => {
  const source = { scope: 'g1', scopeName: 'ergw', kind: 'peers', subresource: '', peering: null, path: null, state }
  const text = textOf(
    createPollEntity({ ...source, lastOkAt: null, intervalSeconds: 60, floorSeconds: 64 } as StoredSource),
  )
  expect(text).toMatch(new RegExp(`peerwatch_poll_stale\\{.*\\} ${stale}\n`))
  expect(text).toMatch(/peerwatch_poll_floor_seconds\{.*\} 64\n/)
  expect(text).not.toMatch(/last_good/)
})

describe('the bound on series', () => {
  const entity = fc.record({
    group: fc.constantFrom('gateway', 'circuit', 'path', 'session', 'poll'),
    size: fc.integer({ min: 1, max: 9 }),
  })

  it('is kept, nothing is exported in part, and what is left out is counted', () => {
    fc.assert(
      fc.property(fc.array(entity, { maxLength: 30 }), fc.integer({ min: 0, max: 120 }), (given, most) => {
        const entities = given.map(({ group, size }, number) => ({
          group: group as MetricsOfResource['group'],
          points: Array.from({ length: size }, (_, i) => ({
            metric: 'peerwatch_poll_stale' as const,
            labels: { number, i },
            value: 0,
          })),
        }))
        const families = groupEstateMetrics(entities, most)
        const kept = families.find(({ name }) => name === 'peerwatch_poll_stale')?.samples ?? []
        const omitted = families.find(({ name }) => name === 'peerwatch_metrics_omitted_series')?.samples ?? []
        expect(kept.length).toBeLessThanOrEqual(most)
        expect(kept.length + omitted.reduce((sum, { value }) => sum + value, 0)).toBe(
          given.reduce((sum, { size }) => sum + size, 0),
        )
        for (const [number, { points }] of entities.entries()) {
          expect([0, points.length]).toContain(kept.filter(({ labels }) => labels.number === number).length)
        }
      }),
    )
  })
})
