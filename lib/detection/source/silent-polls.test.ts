import { describe, expect, it } from 'vitest'
import type { PollOutcome, PollRecord } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { defaultSettings } from '../model/settings.ts'
import { applyPollToDetectionState } from './fold-poll.ts'
import { getLastReportStart } from './silent-polls.ts'
import { createSourceDetectionState } from '../model/source-state.ts'

const BOTH = ['10.0.4.12', '10.0.4.13']

/** Returns the n-th poll of a series with an interval of one minute; each takes 2 s. */
function mark(n: number, silentInstances: string[], lastOk: number): PollRecord {
  return {
    sourceId: 1,
    scope: 'gw1',
    subresource: '',
    kind: 'peers',
    startedAt: n * MS_PER_MINUTE,
    finishedAt: n * MS_PER_MINUTE + 2_000,
    outcome: silentInstances.length > 0 ? 'incomplete' : 'ok',
    previousOkAt: lastOk * MS_PER_MINUTE,
    previousAttemptAt: (n - 1) * MS_PER_MINUTE,
    silentInstances,
  }
}

describe('the last sample that reported whoever reported', () => {
  it.each<[PollOutcome | null, number]>([
    ['ok', 4],
    ['incomplete', 4],
    ['timeout', 2],
    [null, 2],
  ])('after a poll that ended as %s is that of minute %d', (before, minute) => {
    expect(getLastReportStart(mark(5, [], 2), before)).toBe(minute * MS_PER_MINUTE)
  })
})

it('an instance that falls silent behind another one was seen until the poll before, whoever was silent in that', () => {
  const silent = [[], ['10.0.4.12'], ['10.0.4.12'], BOTH, BOTH, BOTH]
  let state = createSourceDetectionState()
  let lastOk = 0
  const reported = silent.flatMap((instances, index) => {
    const own = mark(index + 1, instances, lastOk)
    const before = (index === 0 ? 0 : (silent[index - 1]?.length ?? 0)) > 0 ? 'incomplete' : 'ok'
    if (own.outcome === 'ok') lastOk = index + 1
    const changes = before === own.outcome ? [] : [{ type: 'outcome' as const, before, after: own.outcome } as const]
    const folded = applyPollToDetectionState(state, own, changes, {}, defaultSettings)
    state = folded.state
    return folded.signals.filter((signal) => signal.type === 'instance')
  })
  expect(reported.map(({ address, since }) => [address, since.earliest / MS_PER_MINUTE])).toEqual([
    ['10.0.4.12', 1],
    ['10.0.4.13', 3],
  ])
})

it.each([
  ['down', false, 2],
  ['up', true, 3],
])(
  'a sibling that reports its session with a silent instance as %s, established %s: %d samples prove the loss',
  (_, established, samples) => {
    const sessions = [{ localAddress: '10.0.4.13', neighbor: '10.0.4.12', asn: 65515, established, prefixes: null }]
    let state = createSourceDetectionState()
    const proven = [2, 3, 4].flatMap((n) => {
      const folded = applyPollToDetectionState(state, mark(n, ['10.0.4.12'], 1), [], { sessions }, defaultSettings)
      state = folded.state
      return folded.signals.flatMap((signal) => (signal.type === 'instance' ? signal.samples : []))
    })
    expect(proven).toEqual([samples])
  },
)
