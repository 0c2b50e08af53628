import { describe, expect, it } from 'vitest'
import type { DetectedEvent, DetectedIncident, PollOutcome } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { GroupState } from '../model/scope-state.ts'
import type { PolledTarget } from './polled-target.ts'
import type { CollectorRuleInput } from './collector-rules.ts'
import { applyWatchdogTick } from './fold-watchdog.ts'
import type { PollBlockingNetworkFault } from './network-faults.ts'

const T0 = Date.UTC(2026, 10, 20, 3)

const silent = (scope: string, n: number, lastOutcome: PollOutcome = 'unavailable'): PolledTarget[] =>
  Array.from({ length: n }, () => ({
    subscription: 's1',
    scope,
    kind: 'summary',
    everyMs: MS_PER_MINUTE,
    lastGoodAt: T0,
    lastAt: T0,
    lastOutcome,
  }))
const seen = (scope: string, n: number, at: number): PolledTarget[] =>
  silent(scope, n, 'ok').map((target) => ({ ...target, lastGoodAt: at, lastAt: at }))

const lost = (scope: string, endedAfter: number | null = null): PollBlockingNetworkFault => ({
  key: `${scope} is down`,
  scope,
  incident: 'of the place',
  ended: endedAfter === null ? null : { earliest: T0 + endedAfter, latest: T0 + endedAfter },
})

interface Tick {
  after: number
  targets: PolledTarget[]
  faults: PollBlockingNetworkFault[]
}

function ticks(series: readonly Tick[]) {
  let state: GroupState = {}
  const events = new Map<string, DetectedEvent>()
  const incidents = new Map<string, DetectedIncident>()
  for (const { after, targets, faults } of series) {
    const now = T0 + after
    const facts: CollectorRuleInput = { now, watchingSince: T0, lastTickAt: null, collector: 'all', targets, faults }
    const folded = applyWatchdogTick(state, facts, { sourceId: 1 })
    state = folded.state
    for (const event of folded.events) events.set(event.key, event)
    for (const incident of folded.incidents) incidents.set(incident.key, incident)
  }
  const reported = [...events.values()].filter(({ kind }) => kind === 'collector_degraded')
  return { reported, incidents: [...incidents.values()].filter(({ members }) => members.length > 0) }
}

describe('most of a subscription fails, and a fault of the network is known', () => {
  const at = 4 * MS_PER_MINUTE
  const gateway = seen('gw', 2, T0 + at)
  it.each<[string, PolledTarget[], PollBlockingNetworkFault[], string | null]>([
    ['that lost all that is asked in vain', silent('lon', 6), [lost('lon')], 'lon is down'],
    [
      'one that lost most of it is named',
      [...silent('lon', 4), ...silent('lon2', 6)],
      [lost('lon'), lost('lon2')],
      'lon2 is down',
    ],
    ['that lost nine of ten', [...silent('lon', 9), ...silent('ams', 1)], [lost('lon')], 'lon is down'],
    ['that lost fewer', [...silent('lon', 8), ...silent('ams', 2)], [lost('lon')], null],
    ['elsewhere', silent('lon', 6), [lost('ams')], null],
    ['that is over', silent('lon', 6), [lost('lon', MS_PER_MINUTE)], null],
    ['but access is refused', silent('lon', 6, 'forbidden'), [lost('lon')], null],
    ['but requests are throttled', silent('lon', 6, 'throttled'), [lost('lon')], null],
  ])('%s', (_, targets, faults, partOf) => {
    const { reported, incidents } = ticks([{ after: at, targets: [...targets, ...gateway], faults }])
    expect(reported.map((event) => event.partOf ?? null)).toEqual([partOf])
    expect(incidents).toHaveLength(partOf === null ? 1 : 0)
  })

  it('later than that most fails: the incident which stood for it is left empty, closed, and not opened again', () => {
    const targets = [...silent('lon', 6), ...gateway]
    const { reported, incidents } = ticks([
      { after: at, targets, faults: [] },
      { after: at + MS_PER_MINUTE, targets, faults: [lost('lon')] },
      { after: at + 2 * MS_PER_MINUTE, targets, faults: [lost('lon')] },
    ])
    expect(reported).toMatchObject([{ partOf: 'lon is down', incident: 'of the place', ended: null }])
    expect(incidents).toEqual([])
  })

  it('and outlives it: what still fails when it could not come back has another reason, and is reported', () => {
    const targets = (now: number) => [...silent('lon', 6), ...seen('gw', 2, T0 + now)]
    const over = lost('lon', at + MS_PER_MINUTE)
    const { reported, incidents } = ticks([
      { after: at, targets: targets(at), faults: [lost('lon')] },
      { after: at + 15 * MS_PER_MINUTE, targets: targets(at + 15 * MS_PER_MINUTE), faults: [over] },
      { after: at + 17 * MS_PER_MINUTE, targets: targets(at + 17 * MS_PER_MINUTE), faults: [over] },
      { after: at + 18 * MS_PER_MINUTE, targets: targets(at + 18 * MS_PER_MINUTE), faults: [] },
    ])
    expect(reported.map(({ partOf, ended }) => [partOf ?? null, ended !== null])).toEqual([
      ['lon is down', true],
      [null, false],
    ])
    expect(incidents).toMatchObject([{ severity: 'major', closedAt: null }])
  })
})
