import { describe, expect, it } from 'vitest'
import { INSTANT_BEFORE_MONITORING, type PollRecord } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { applyPollToDetectionState } from '../../source/index.ts'
import type { PollSignal } from '../../model/signal.ts'
import { runGroupDetection } from '../run-group-detection.ts'
import type { GroupState } from '../../model/scope-state.ts'
import { TEST_CIRCUIT_SCOPE, testDualStackTopology as topology, TEST_GATEWAY_SCOPE } from '../../testing/topologies.ts'

function mark(minute: number, of: Pick<PollRecord, 'scope' | 'subresource' | 'kind' | 'sourceId'>): PollRecord {
  const at = minute * MS_PER_MINUTE
  const before = minute > 1 ? at - MS_PER_MINUTE : null
  return {
    ...of,
    startedAt: at,
    finishedAt: at + 2_000,
    outcome: 'ok',
    previousOkAt: before,
    previousAttemptAt: before,
    silentInstances: [],
  }
}
const ofPath = {
  scope: TEST_CIRCUIT_SCOPE,
  subresource: 'AzurePrivatePeering/primary',
  kind: 'summary',
  sourceId: 1,
} as const
const ofPeer = { scope: TEST_GATEWAY_SCOPE, subresource: '10.0.4.4', kind: 'advertised', sourceId: 2 } as const

/** Returns `subject: severity, open or over` for the events of a series of polls. */
function reported(polls: readonly { mark: PollRecord; signals: readonly PollSignal[] }[]): string[] {
  let state: GroupState = {}
  const events = new Map<string, string>()
  for (const { mark: own, signals } of polls) {
    const input = { mark: own, everyMs: MS_PER_MINUTE, signals, events: [], scopeOfResource: (id: string) => id }
    const folded = runGroupDetection(state, topology, input)
    state = folded.state
    for (const { key, kind, subject, severity, ended } of folded.events)
      events.set(key, `${kind} ${subject}: ${severity}, ${ended ? 'over' : 'open'}`)
  }
  return [...events.values()]
}

const seen = (minute: number, neighbor: string, count: number) => ({
  mark: mark(minute, ofPath),
  signals: [
    {
      type: 'session' as const,
      localAddress: 'msee',
      neighbor,
      level: 'up' as const,
      since: { earliest: 0, latest: MS_PER_MINUTE },
      sample: null,
    },
    {
      type: 'prefixes' as const,
      localAddress: 'msee',
      neighbor,
      before: null,
      after: count,
      between: { earliest: minute * MS_PER_MINUTE, latest: minute * MS_PER_MINUTE + 2_000 },
    },
  ],
})

describe('the prefixes of a path', () => {
  it.each([
    ['a hundred over IPv4 are few', '192.0.2.1', 100, []],
    ['as many over IPv6 are all that there may be', 'fd00::1', 100, ['AzurePrivatePeering/primary IPv6: major, open']],
    ['79 over IPv6 are not short', 'fd00::1', 79, []],
    ['80 over IPv6 are', 'fd00::1', 80, ['AzurePrivatePeering/primary IPv6: warning, open']],
    ['3,200 over IPv4 are', '192.0.2.1', 3_200, ['AzurePrivatePeering/primary: warning, open']],
  ])('%s', (_, neighbor, count, expected) => {
    const short = reported([seen(1, neighbor, count)])
    expect(short).toEqual(expected.map((text) => `prefix_headroom ${text}`))
  })
})

const advertised = (minute: number, four: number, six: number) => ({
  mark: mark(minute, ofPeer),
  signals: [{ type: 'advertised' as const, neighbor: ofPeer.subresource, counts: { 4: four, 6: six } }],
})

describe('what a gateway announces to a neighbor', () => {
  it.each([
    ['is short of room from 800 prefixes on', [advertised(1, 800, 0)], ['10.0.4.4: warning, open']],
    ['is not below', [advertised(1, 799, 79)], []],
    ['is counted by family', [advertised(1, 10, 96)], ['10.0.4.4 IPv6: major, open']],
    ['has room again below 750', [advertised(1, 900, 0), advertised(2, 749, 0)], ['10.0.4.4: warning, over']],
    ['has none yet above that', [advertised(1, 900, 0), advertised(2, 760, 0)], ['10.0.4.4: warning, open']],
  ])('%s', (_, polls, expected) => {
    expect(reported(polls)).toEqual(expected.map((text) => `prefix_headroom advertised to ${text}`))
  })

  it('may always have been so where the first poll shows it', () => {
    const [first, second] = [advertised(1, 900, 0), advertised(2, 900, 0)]
    const startedBy = ({ mark: own, signals }: typeof first) =>
      runGroupDetection({}, topology, {
        mark: own,
        everyMs: MS_PER_MINUTE,
        signals,
        events: [],
        scopeOfResource: (id) => id,
      }).events.map(({ started }) => started)
    expect(startedBy(first)).toEqual([{ earliest: INSTANT_BEFORE_MONITORING, latest: MS_PER_MINUTE + 2_000 }])
    expect(startedBy(second)).toEqual([{ earliest: MS_PER_MINUTE, latest: 2 * MS_PER_MINUTE + 2_000 }])
  })

  it('is reported by a poll that moved anything of it, and by no other', () => {
    const change = {
      type: 'route' as const,
      op: 'announce' as const,
      instance: null,
      peer: null,
      prefix: '10.0.0.0/16',
      before: [],
      after: [],
      between: { earliest: 0, latest: MS_PER_MINUTE },
    }
    const readings = { advertised: { 4: 1, 6: 0 } }
    expect(applyPollToDetectionState(null, mark(1, ofPeer), [change], readings).signals).toEqual([
      { type: 'advertised', neighbor: '10.0.4.4', counts: { 4: 1, 6: 0 } },
    ])
    expect(applyPollToDetectionState(null, mark(2, ofPeer), [], readings).signals).toEqual([])
  })
})
