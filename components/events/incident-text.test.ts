import { describe, expect, it } from 'vitest'
import { formatStatusText } from '../ui/status.tsx'
import {
  formatUnrestoredEnd,
  getIncidentDuration,
  describeIncidentKind,
  formatIncidentOwner,
  findStateStartBounds,
  formatAffectedPartOfIncident,
  getIncidentStatus,
  formatIncidentTitle,
  formatDurationPrefix,
  findNameOfLongerEvent,
  describeRootDuration,
  describeRouterDuration,
  getOutageDuration,
  formatOutages,
  listOutageTimes,
} from './incident-text.ts'
import type { EventKind } from '#lib/contract/index.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import { testMinuteIso, testEvent, testIncident } from '../incidents/testing.ts'

it('an incident reads by its root', () => {
  const incident = testIncident()
  expect(formatIncidentTitle(incident)).toBe('Path down: ckt-lon')
  expect(formatAffectedPartOfIncident(incident)).toBe('private peering, primary')
  expect(describeIncidentKind(incident)).toMatch(/^One of the two paths/)
})

it('one whose root is no longer kept says so', () => {
  const incident = testIncident({ root: null })
  expect(formatIncidentTitle(incident)).toBe('Incident of ckt-lon')
  expect(formatAffectedPartOfIncident(incident)).toBe('')
  expect(describeIncidentKind(incident)).toMatch(/past the retention period/)
})

it('a state that an incident overruled lasts since that ended', () => {
  const [old, ended] = [[testMinuteIso(0), testMinuteIso(1)] as const, [testMinuteIso(5), testMinuteIso(6)] as const]
  const incident = testIncident({ endedBetween: [...ended] })
  const scope = incident.root?.scope ?? ''
  expect(findStateStartBounds(old, scope, [incident])).toEqual(ended)
  expect(findStateStartBounds([testMinuteIso(8), testMinuteIso(9)], scope, [incident])).toEqual([
    testMinuteIso(8),
    testMinuteIso(9),
  ])
  expect(findStateStartBounds(old, scope, [{ ...incident, severity: 'warning' }])).toEqual(old)
  expect(findStateStartBounds(old, 'other', [incident])).toEqual(old)
})

it('its owner is being found out until polls of after its start name one', () => {
  expect(formatIncidentOwner(testIncident({ diagnosing: true, cause: null }))).toBe('Diagnosing')
  expect(formatIncidentOwner(testIncident())).toBe('Provider, likely')
})

it.each([
  ['redundancy_lost', 'major', 12, 'Redundancy lost'],
  ['redundancy_lost', 'major', 9, null],
  ['session_down', 'minor', 12, null],
] as const)('what lasted beyond its root has a name: %s, %s, to minute %i', (kind, severity, end, name) => {
  const { root } = testIncident()
  const other = testEvent({ id: 'r', kind, severity, endedBetween: [testMinuteIso(end - 1), testMinuteIso(end)] })
  expect(findNameOfLongerEvent({ root, timeline: [...(root ? [root] : []), other] })).toBe(name)
})

it('what leads is the length of its present or last outage, and beside it how long all lasted', () => {
  const outage = (from: number, to: number | null) => ({
    startedBetween: [testMinuteIso(from), testMinuteIso(from)] as [string, string],
    endedBetween: to === null ? null : ([testMinuteIso(to), testMinuteIso(to)] as [string, string]),
    certain: [{ from: testMinuteIso(from), to: to === null ? null : testMinuteIso(to) }],
  })
  const now = Date.parse(testMinuteIso(20))
  const twice = testIncident({ outages: [outage(1, 4), outage(15, 17)] })
  expect(getOutageDuration(twice, now)).toEqual({ least: 120_000, most: 120_000 })
  expect(formatOutages(twice, now)).toBe('2 outages, 5 min 00 s in all')
  const again = testIncident({ outages: [outage(1, 4), outage(18, null)] })
  expect(getOutageDuration(again, now).least).toBe(120_000)
  expect(formatOutages(again, now)).toBe('2 outages, 5 min 00 s in all')
  expect(formatOutages(testIncident(), now)).toBeNull()
  expect([formatDurationPrefix(testIncident()), formatDurationPrefix({ ...again, phase: 'ongoing' })]).toEqual([
    '',
    'This outage: ',
  ])
  const moved = { ...again, phase: 'ongoing' as const, root: testEvent({ id: 'm', kind: 'best_path_shift' }) }
  expect(formatDurationPrefix(moved)).toBe('On the other path for ')
  expect(formatOutages(moved, now)).toMatch(/^2 changes, /)
})

describe('the times of an incident with several outages', () => {
  const outage = (from: number, to: number | null): Incident['outages'][number] => ({
    startedBetween: [testMinuteIso(from), testMinuteIso(from + 1)],
    endedBetween: to === null ? null : [testMinuteIso(to), testMinuteIso(to)],
    certain: [],
  })
  const list = (outages: Incident['outages'], kind: EventKind = 'path_down') =>
    listOutageTimes(testIncident({ outages, root: testEvent({ id: 'r', kind }) })).map(
      ({ name, note, endedBetween }) => `${name} ${note}${endedBetween ? 'ended' : ''}`,
    )
  it('begin with the present outage', () => {
    expect(list([outage(1, 4), outage(6, 8), outage(18, null)])).toEqual([
      'Down since (outage 3)',
      'First outage ended',
      'Outage 2 ended',
    ])
  })
  it('name a present state that is not down', () => {
    expect(list([outage(1, 4), outage(18, null)], 'redundancy_lost')[0]).toBe('Outage since (outage 2)')
    expect(list([outage(1, 4), outage(18, null)], 'best_path_shift')).toEqual([
      'Changed since (change 2)',
      'First change ended',
    ])
  })
  it('are in order of their start if all have ended, and absent for one outage', () => {
    expect(list([outage(1, 4), outage(6, 8)])).toEqual(['Outage 1 ended', 'Outage 2 ended'])
    expect(list([outage(1, null)])).toEqual([])
  })
})

describe('its state reads', () => {
  it.each([
    ['closed', testIncident(), 'CLOSED (major)'],
    ['open', testIncident({ state: 'open', endedBetween: null }), 'OPEN (major)'],
    ['open with all of its events ended', testIncident({ state: 'open' }), 'RECOVERED (monitoring)'],
    ...['baseline', 'given_up', 'not_returned', 'removed', 'replaced'].map((flag): [string, Incident, string] => [
      `ended, and nothing is back: ${flag}`,
      testIncident({ state: 'open', root: testEvent({ id: 'm', kind: 'mass_withdraw', flags: [flag] }) }),
      'ENDED (not back)',
    ]),
    [
      'flapping',
      testIncident({ state: 'open', phase: 'ongoing', flapping: { outages: 4, seconds: 5_400 } }),
      'FLAPPING (major)',
    ],
    [
      'expected of announced work',
      testIncident({ state: 'open', endedBetween: null, maintenance: true }),
      'OPEN (maintenance)',
    ],
    [
      'as last proven while nobody confirms it',
      testIncident({ state: 'open', endedBetween: null, unverifiedSince: testMinuteIso(5) }),
      'OPEN (major, last known at 2026-11-20 03:05 UTC)',
    ],
    [
      'recovered as last known while polls are late',
      testIncident({ state: 'open', unverifiedSince: testMinuteIso(10) }),
      'RECOVERED, last known at 2026-11-20 03:10:00 UTC',
    ],
  ])('%s', (_, incident, words) => {
    expect(formatStatusText(getIncidentStatus(incident))).toBe(words)
  })
})

it('its end is no return where nothing is back', () => {
  const of = (kind: EventKind) => testIncident({ root: testEvent({ id: 'm', kind, flags: ['baseline'] }) })
  expect(formatUnrestoredEnd(of('mass_withdraw'))).toBe('not back: absent as long as it had been known')
  expect(formatUnrestoredEnd(of('best_path_shift'))).toBe('not back: the new paths are usual by now')
  expect(formatUnrestoredEnd(testIncident())).toBeNull()
  expect(formatUnrestoredEnd({ ...of('mass_withdraw'), endedBetween: null })).toBeNull()
})

describe('its length is', () => {
  it.each<[string, Parameters<typeof getIncidentDuration>[0], { least: number; most: number | null }]>([
    ['from bound to bound', testIncident(), { least: 6, most: 8 }],
    ['until now while it is open', testIncident({ endedBetween: null }), { least: 18, most: 19 }],
    [
      'without an upper bound when it predates monitoring',
      testIncident({ startedBetween: ['1970-01-01T00:00:00.000Z', testMinuteIso(2)] }),
      { least: 6, most: null },
    ],
    [
      'certain until it was last confirmed',
      testIncident({ endedBetween: null, unverifiedSince: testMinuteIso(5) }),
      { least: 3, most: 19 },
    ],
    [
      'that of its outages together, without the healthy time between them',
      testIncident({
        startedBetween: [testMinuteIso(1), testMinuteIso(2)],
        endedBetween: [testMinuteIso(17), testMinuteIso(18)],
        outages: [
          {
            startedBetween: [testMinuteIso(1), testMinuteIso(2)],
            endedBetween: [testMinuteIso(4), testMinuteIso(5)],
            certain: [{ from: testMinuteIso(2), to: testMinuteIso(4) }],
          },
          {
            startedBetween: [testMinuteIso(15), testMinuteIso(16)],
            endedBetween: [testMinuteIso(17), testMinuteIso(18)],
            certain: [{ from: testMinuteIso(16), to: testMinuteIso(17) }],
          },
        ],
      }),
      { least: 3, most: 7 },
    ],
    [
      'never below nothing',
      testIncident({ endedBetween: [testMinuteIso(1), testMinuteIso(3)] }),
      { least: 0, most: 2 },
    ],
  ])('%s', (_, incident, expected) => {
    const { least, most } = getIncidentDuration(incident, Date.parse(testMinuteIso(20)))
    expect({ least: least / 60_000, most: most === null ? null : most / 60_000 }).toEqual(expected)
  })
})

describe('the duration of the root event', () => {
  const now = Date.parse(testMinuteIso(30))
  const describeBy = (from: number, to: number | null) => {
    const root = testEvent({
      id: 'm',
      kind: 'mass_withdraw',
      startedBetween: [testMinuteIso(from), testMinuteIso(from)],
      endedBetween: to === null ? null : [testMinuteIso(to), testMinuteIso(to)],
      duration: to === null ? null : { atLeastSeconds: (to - from) * 60, atMostSeconds: (to - from) * 60 },
    })
    return describeRootDuration({ ...testIncident(), root }, now)
  }
  it('is named if it is longer than the duration that the page leads with', () => {
    expect(describeBy(1, 10)).toMatch(/^The root event “.+” lasted 9 min 00 s\. The duration above belongs to /)
    expect(describeBy(1, null)).toMatch(/^The root event “.+” has lasted 29 min 00 s\. /)
  })
  it('is not named if that duration covers it, or is about another outage', () => {
    expect(describeBy(2, 8)).toBeNull()
    expect(describeBy(15, 29)).toBeNull()
    expect(describeRootDuration(testIncident(), now)).toBeNull()
  })
})

describe('the duration that a customer’s router reports', () => {
  const now = Date.parse(testMinuteIso(30))
  const describeBy = (from: number, to: number, [least, most]: [number, number]) => {
    const incident = testIncident()
    const router = testEvent({
      id: 'r',
      kind: 'router_session_down',
      startedBetween: [testMinuteIso(from), testMinuteIso(from)],
      endedBetween: [testMinuteIso(to), testMinuteIso(to)],
      duration: { atLeastSeconds: least * 60, atMostSeconds: most * 60 },
    })
    return describeRouterDuration({ ...incident, timeline: [router] }, now)
  }
  it('is explained if its bounds are outside those of the incident, and its outage is the last one', () => {
    expect(describeBy(3, 7, [4, 4])).toMatch(/^The customer’s router reports 4 min 00 s /)
  })
  it('is not explained if both can be the same duration', () => {
    expect(describeBy(1, 8, [7, 7])).toBeNull()
    expect(describeBy(1, 8, [5, 6])).toBeNull()
  })
  it('is not explained if it is the duration of another outage', () => {
    expect(describeBy(15, 19, [4, 4])).toBeNull()
  })
})
