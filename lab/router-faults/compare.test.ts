import { describe, expect, it } from 'vitest'
import {
  compareSessionChangesWithLog,
  type InjectedFault,
  type RecordedSessionInterval,
  type UnobservedPeriod,
} from './compare.ts'
import { createRouterFaultChooser, routerFaults, type FaultName } from './faults.ts'
import { compareEvents, outagesOfBoth, type SessionEvent } from './outages.ts'

const at = (ms: number) => ({ earliest: ms, latest: ms })
const logged = (state: 'up' | 'down', ms: number) => ({ state, ...at(ms) })
const span = (state: 'up' | 'down', earliest: number, latest: number): RecordedSessionInterval => ({
  state,
  reason: state === 'down' ? { by: 'remote' } : null,
  from: { earliest, latest },
})
const LOG = [logged('up', 1_000), logged('down', 5_400), logged('up', 8_000)]
const RIGHT = [span('up', 0, 1_020), span('down', 5_000, 5_412), span('up', 7_500, 8_003)]
const reset: InjectedFault = { name: 'resetByAzure', from: 5_300, to: 9_000, endsBy: ['remote'] }

describe('what was recorded', () => {
  it('is measured from the log to the arrival', () => {
    expect(compareSessionChangesWithLog(LOG, RIGHT, [], [reset])).toEqual({
      changes: 2,
      recorded: 2,
      delays: [12, 3],
      widths: [412],
      wrong: [],
    })
  })

  it.each<[string, RecordedSessionInterval[], InjectedFault[], string]>([
    ['lacks a change', RIGHT.slice(0, 2), [reset], 'recorded nothing'],
    ['has one that did not happen', [...RIGHT, span('down', 8_500, 8_600)], [reset], '1 changes were recorded'],
    ['bounds a change wrongly', [...RIGHT.slice(0, 2), span('up', 8_100, 8_200)], [reset], 'outside of its bounds'],
    ['gives a reason that it had not', RIGHT, [{ ...reset, endsBy: ['local'] }], 'is reported as remote'],
  ])('is wrong where it %s', (_, recorded, done, word) => {
    expect(compareSessionChangesWithLog(LOG, recorded, [], done).wrong).toEqual([expect.stringContaining(word)])
  })

  it('need not name what happened while the station was away, and bounds what it found', () => {
    const away: UnobservedPeriod[] = [{ from: 5_000, to: 8_500, isAway: true }]
    expect(compareSessionChangesWithLog(LOG, [span('up', 0, 1_020), span('up', 5_000, 8_400)], away, []).wrong).toEqual(
      [],
    )
    const late = [span('up', 0, 1_020), span('up', 8_100, 8_400)]
    expect(compareSessionChangesWithLog(LOG, late, away, []).wrong).toHaveLength(1)
    expect(compareSessionChangesWithLog(LOG, late, away, [], false).wrong).toEqual([])
  })
})

describe('what was detected', () => {
  const outages = outagesOfBoth([{ from: 5_390, until: 8_001 }], LOG)
  const cause = { class: 'closed_by_microsoft', owner: 'microsoft' } as const
  const event = (more: Partial<SessionEvent> = {}): SessionEvent => ({
    kind: 'session_down',
    started: { earliest: 3_400, latest: 5_412 },
    ended: { earliest: 6_000, latest: 8_003 },
    causes: [cause],
    ...more,
  })
  const done = [{ ...reset, owners: ['microsoft'], isByMessage: true }]

  it('is an outage from the first end that falls to the last that rises', () => {
    expect(outages).toMatchObject([{ fell: { earliest: 5_390, latest: 5_390 }, rose: at(8_001) }])
    const apart = outagesOfBoth([{ from: 20_000, until: Infinity }], LOG)
    expect(apart.map(({ fell, rose }) => [fell.latest, rose?.latest])).toEqual([
      [5_400, 8_000],
      [20_000, undefined],
    ])
  })

  it('is right where one event has the outage and its owner', () => {
    const result = compareEvents(outages, [event()], done)
    expect(result).toMatchObject({ outages: 1, events: 1, widths: [2_012], messageWidths: [2_012], wrong: [] })
    expect([...result.named]).toEqual([['resetByAzure: closed_by_microsoft, microsoft', 1]])
  })

  it.each<[string, SessionEvent[], string]>([
    ['an outage is no event', [], 'is no event'],
    ['it is two', [event(), event()], 'doubled'],
    ['nothing happened', [event(), event({ started: { earliest: 10_000, latest: 11_000 } })], 'did not happen'],
    ['another is blamed', [event({ causes: [{ class: 'customer_bgp', owner: 'onprem' }] })], 'is named customer_bgp'],
    ['it ends when nothing came up', [event({ ended: at(7_000) })], 'ends when no session came up'],
  ])('is wrong where %s', (_, events, word) => {
    expect(compareEvents(outages, events, done).wrong).toEqual([expect.stringContaining(word)])
  })
})

it('faults at random are the same for a seed, and each comes once on each path that can have it', () => {
  const names = Object.keys(routerFaults) as FaultName[]
  const round = names.length * 2 - names.filter((name) => 'isOfFrr' in routerFaults[name]).length
  const of = (seed: number) => {
    const choose = createRouterFaultChooser(seed, names)
    return Array.from({ length: round }, choose)
  }
  expect(of(7)).toEqual(of(7))
  expect(of(7)).not.toEqual(of(8))
  expect(new Set(of(7).map(({ name, on }) => `${name} ${on}`)).size).toBe(round)
})
