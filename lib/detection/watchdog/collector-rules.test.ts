import { describe, expect, it } from 'vitest'
import type { DetectedEvent, DetectedIncident, PollOutcome } from '#lib/contract/index.ts'
import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { GroupState } from '../model/scope-state.ts'
import type { PolledTarget } from './polled-target.ts'
import type { CollectorRuleInput } from './collector-rules.ts'
import { applyWatchdogTick } from './fold-watchdog.ts'

const T0 = Date.UTC(2026, 10, 20, 3)

const target = (subscription: string, more: Partial<PolledTarget> = {}): PolledTarget => ({
  subscription,
  scope: 'gateway',
  kind: 'peers',
  everyMs: MS_PER_MINUTE,
  lastGoodAt: T0,
  lastAt: more.lastGoodAt ?? T0,
  lastOutcome: 'ok',
  ...more,
})
const many = (n: number, subscription: string, more: Partial<PolledTarget> = {}) =>
  Array.from({ length: n }, () => target(subscription, more))

/** Evaluates checks at these times after T0, each with its targets. */
function ticks(series: readonly [afterMs: number, targets: PolledTarget[]][], watchingSince = T0) {
  let state: GroupState = {}
  let lastTickAt: number | null = null
  const events = new Map<string, DetectedEvent>()
  const incidents = new Map<string, DetectedIncident>()
  for (const [after, targets] of series) {
    const facts: CollectorRuleInput = { now: T0 + after, watchingSince, lastTickAt, collector: 'all', targets }
    const folded = applyWatchdogTick(state, facts, { sourceId: 1 })
    state = JSON.parse(JSON.stringify(folded.state)) as GroupState
    for (const event of folded.events) events.set(event.key, event)
    for (const incident of folded.incidents) incidents.set(incident.key, incident)
    lastTickAt = facts.now
  }
  const reported = [...events.values()]
  return { reported, incidents: [...incidents.values()], topLevel: reported.filter(({ partOf }) => !partOf) }
}
const named = (events: readonly DetectedEvent[]) =>
  events.map(({ kind, scope, ended }) => `${kind} ${scope}${ended ? ' ended' : ''}`)

describe('nothing is polled', () => {
  const healthy = (after: number) => many(3, 's1', { lastGoodAt: T0 + after })

  it.each<[string, [number, PolledTarget[]][], string[]]>([
    ['while polls are good', [[6 * MS_PER_MINUTE, healthy(6 * MS_PER_MINUTE)]], []],
    ['for less than five minutes', [[4 * MS_PER_MINUTE + 59 * MS_PER_SECOND, many(3, 's1')]], []],
    ['for five minutes', [[5 * MS_PER_MINUTE, many(3, 's1')]], ['nothing_polled all']],
    [
      'until a poll is good again, and half of the others were polled',
      [
        [5 * MS_PER_MINUTE, many(4, 's1')],
        [
          6 * MS_PER_MINUTE,
          [...many(3, 's1', { lastAt: T0 + MS_PER_MINUTE }), target('s1', { lastGoodAt: T0 + 6 * MS_PER_MINUTE })],
        ],
        [
          7 * MS_PER_MINUTE,
          [
            ...many(3, 's1', { lastAt: T0 + 6.5 * MS_PER_MINUTE }),
            target('s1', { lastGoodAt: T0 + 6 * MS_PER_MINUTE }),
          ],
        ],
      ],
      ['nothing_polled all ended'],
    ],
    [
      'while less than half are polled again, as after a clock that was ahead',
      [
        [5 * MS_PER_MINUTE, many(4, 's1')],
        [30 * MS_PER_MINUTE, [...many(3, 's1'), target('s1', { lastGoodAt: T0 + 30 * MS_PER_MINUTE })]],
        [
          31 * MS_PER_MINUTE,
          [
            ...many(3, 's1', { lastAt: T0 + 90 * MS_PER_MINUTE }),
            target('s1', { lastGoodAt: T0 + 31 * MS_PER_MINUTE }),
          ],
        ],
      ],
      ['nothing_polled all'],
    ],
    [
      'because somebody paused it, nor while the first polls come back',
      [
        [10 * MS_PER_MINUTE, many(3, 's1', { lastOutcome: 'paused' })],
        [20 * MS_PER_MINUTE, [...many(2, 's1', { lastOutcome: 'paused' }), target('s1', { lastOutcome: 'timeout' })]],
      ],
      [],
    ],
    ['because there is no timetable', [[5 * MS_PER_MINUTE, []]], ['nothing_polled all']],
    [
      'of one subscription for ten minutes',
      [[10 * MS_PER_MINUTE, [...many(3, 's1'), ...many(3, 's2', { lastGoodAt: T0 + 10 * MS_PER_MINUTE })]]],
      ['nothing_polled s1'],
    ],
    [
      'of one subscription for less',
      [[9 * MS_PER_MINUTE, [...many(3, 's1'), ...many(3, 's2', { lastGoodAt: T0 + 9 * MS_PER_MINUTE })]]],
      [],
    ],
    [
      'and probes alone are none',
      [[5 * MS_PER_MINUTE, [...many(3, 's1'), target('s1', { kind: 'probe', lastGoodAt: T0 + 5 * MS_PER_MINUTE })]]],
      ['nothing_polled all'],
    ],
  ])('%s', (_, series, expected) => expect(named(ticks(series).topLevel)).toEqual(expected))

  it('counts from when somebody began to check, not from a past in which nobody did', () => {
    const since = T0 + 60 * MS_PER_MINUTE
    expect(ticks([[64 * MS_PER_MINUTE, many(3, 's1')]], since).reported).toEqual([])
    const { reported } = ticks([[65 * MS_PER_MINUTE, many(3, 's1')]], since)
    expect(reported[0]).toMatchObject({ severity: 'critical', started: { earliest: T0, latest: T0 } })
  })

  it('says that all of it is one fault, and pages once', () => {
    const { reported, incidents } = ticks([[10 * MS_PER_MINUTE, [...many(3, 's1'), ...many(3, 's2')]]])
    const [all] = reported.filter(({ scope }) => scope === 'all')
    expect(reported.filter(({ partOf }) => partOf === all?.key).map(({ scope }) => scope)).toEqual(['s1', 's2'])
    expect(incidents).toMatchObject([{ severity: 'critical', root: all?.key }])
  })

  it('is reported once, however often it is checked', () => {
    const { reported } = ticks([5, 5.25, 5.5, 6].map((n) => [n * MS_PER_MINUTE, many(3, 's1')]))
    expect(reported).toHaveLength(1)
  })
})

describe('most of a subscription fails for one reason', () => {
  const failing = (outcome: PollOutcome, lastGoodAt = T0) => ({ lastOutcome: outcome, lastGoodAt })
  const now = 4 * MS_PER_MINUTE
  const good = { lastGoodAt: T0 + now }

  it.each<[string, PolledTarget[], string[]]>([
    ['none', many(4, 's1', good), []],
    ['a half', [...many(2, 's1', good), ...many(2, 's1', failing('timeout'))], []],
    ['more', [...many(1, 's1', good), ...many(2, 's1', failing('timeout'))], ['collector_degraded s1']],
    [
      'more, but not stale yet',
      [...many(1, 's1', good), ...many(2, 's1', failing('timeout', T0 + now - MS_PER_MINUTE))],
      [],
    ],
    [
      'more, at once where rights are missing',
      [...many(1, 's1', good), ...many(2, 's1', failing('forbidden', T0 + now - MS_PER_SECOND))],
      ['collector_degraded s1'],
    ],
    [
      'more, for different reasons',
      [...many(1, 's1', good), target('s1', failing('timeout')), target('s1', failing('malformed'))],
      [],
    ],
    [
      'more, since other operations hold them',
      [...many(1, 's1', good), ...many(2, 's1', failing('locked'))],
      ['collector_degraded s1'],
    ],
    ['more, on purpose', [...many(1, 's1', good), ...many(2, 's1', failing('paused'))], []],
    ['a lone source', [target('s1', failing('forbidden')), target('s2', good)], []],
    [
      'in one of two subscriptions',
      [...many(3, 's1', failing('unavailable')), ...many(3, 's2', good)],
      ['collector_degraded s1'],
    ],
  ])('%s', (_, targets, expected) => expect(named(ticks([[now, targets]]).topLevel)).toEqual(expected))

  it('says which, how many, and what to do; and ends when they are well', () => {
    const { reported } = ticks([
      [now, [...many(1, 's1', good), ...many(2, 's1', failing('unauthorized'))]],
      [now + MS_PER_MINUTE, many(3, 's1', { lastGoodAt: T0 + now + MS_PER_MINUTE })],
    ])
    expect(reported).toMatchObject([
      { kind: 'collector_degraded', severity: 'major', causes: [{ class: 'collector_unauthorized' }] },
    ])
    expect(reported[0]?.evidence[0]?.after).toContain('2 of 3')
    expect(reported[0]?.ended).toEqual({ earliest: T0 + now, latest: T0 + now + MS_PER_MINUTE })
  })
})

describe('several resources of a subscription fail for a cause that they share', () => {
  const now = 4 * MS_PER_MINUTE
  const good = Array.from({ length: 12 }, (_, n) => target('s1', { scope: `ok-${n}`, lastGoodAt: T0 + now }))
  const failing = (...outcomes: PollOutcome[]) =>
    outcomes.map((lastOutcome, n) => target('s1', { scope: `${lastOutcome}-${n}`, lastOutcome }))
  const subjects = (targets: PolledTarget[]) => ticks([[now, targets]]).topLevel.map(({ subject }) => subject)

  it.each<[string, PollOutcome[], string[]]>([
    ['one throttling is one event', ['throttled', 'throttled', 'throttled'], ['throttled']],
    ['expired credentials are one', ['unauthorized', 'unauthorized'], ['unauthorized']],
    ['an outage of ARM is one, refused or slow', ['unavailable', 'timeout', 'unavailable'], ['unavailable']],
    ['two causes are two', ['throttled', 'throttled', 'unauthorized', 'unauthorized'], ['throttled', 'unauthorized']],
    ['one resource of each cause shares nothing', ['throttled', 'unauthorized', 'timeout'], []],
    ['a revoked right is one', ['forbidden', 'forbidden', 'forbidden'], ['forbidden']],
    ['a clock that is wrong is one', ['clock', 'clock'], ['clock']],
    ['resources that are gone are reported separately', ['not_found', 'not_found'], []],
  ])('%s', (_, outcomes, expected) => expect(subjects([...good, ...failing(...outcomes)]).toSorted()).toEqual(expected))

  it('has the owner that its answers name', () => {
    const error = { code: 'X', detail: '', httpStatus: 429, retryAfterSeconds: 9, missingAction: null }
    const limited = (budget: 'arm.reads' | null) =>
      failing('throttled', 'throttled').map((one) => ({ ...one, lastError: { ...error, budget } }))
    const ownerOf = (targets: PolledTarget[]) => ticks([[now, [...good, ...targets]]]).reported[0]?.causes[0]?.owner
    expect([ownerOf(limited('arm.reads')), ownerOf(limited(null))]).toEqual(['own_change', 'unknown'])
  })

  it('began between the begin of the checks and now, if no poll was ever successful', () => {
    const unread = failing('forbidden', 'forbidden').map((one) => ({ ...one, lastGoodAt: null }))
    const { reported } = ticks([[now, [...good, ...unread]]], T0 + MS_PER_MINUTE)
    expect(reported).toMatchObject([
      { severity: 'warning', started: { earliest: T0 + MS_PER_MINUTE, latest: T0 + now } },
    ])
  })

  it('one resource with several polls shares nothing', () => {
    const own = ['peers', 'learned', 'summary'].map((kind) =>
      target('s1', { kind: kind as PolledTarget['kind'], lastOutcome: 'throttled' }),
    )
    expect(subjects([...good, ...own])).toEqual([])
  })

  it('is the same event while it grows to most of the subscription, and ends with the last of it', () => {
    const well = (after: number) => good.map((one) => ({ ...one, lastGoodAt: T0 + after, lastAt: T0 + after }))
    const all = (after: number, outcomes: PollOutcome[]) => [...well(after), ...failing(...outcomes)]
    const many8 = Array.from({ length: 14 }, (): PollOutcome => 'throttled')
    const { reported, incidents } = ticks([
      [now, all(now, ['throttled', 'throttled'])],
      [now + MS_PER_MINUTE, all(now + MS_PER_MINUTE, many8)],
      [now + 2 * MS_PER_MINUTE, all(now + 2 * MS_PER_MINUTE, ['throttled'])],
      [now + 3 * MS_PER_MINUTE, all(now + 3 * MS_PER_MINUTE, [])],
    ])
    expect(reported).toMatchObject([
      {
        kind: 'collector_degraded',
        severity: 'major',
        causes: [{ class: 'collector_throttled' }],
        ended: { earliest: T0 + now + 2 * MS_PER_MINUTE, latest: T0 + now + 3 * MS_PER_MINUTE },
      },
    ])
    expect(incidents).toHaveLength(1)
  })
})

describe('a cause that polls of several subscriptions may share', () => {
  const now = 4 * MS_PER_MINUTE
  /** Returns eight resources in each subscription, of which the first ones fail. */
  const estate = (at: number, failing: number, lastOutcome: PollOutcome, subscriptions = ['s1', 's2']) =>
    subscriptions.flatMap((subscription) =>
      Array.from({ length: 8 }, (_, n) =>
        target(subscription, {
          scope: `${subscription}-${n}`,
          ...(n < failing ? { lastOutcome, lastAt: T0 + at } : { lastGoodAt: T0 + at }),
        }),
      ),
    )
  /** Returns the open incidents that contain their root event, as the scope of that event and the severity. */
  const open = ({ incidents, reported }: ReturnType<typeof ticks>) =>
    incidents.flatMap(({ key, root, closedAt, severity }) => {
      const event = reported.find((one) => one.key === root)
      return closedAt === null && event?.incident === key ? `${event.scope} ${severity}` : []
    })

  it.each<[string, PollOutcome, string[], number, string[]]>([
    ['eight throttled resources of a subscription', 'throttled', ['s1'], 8, ['s1 major']],
    ['throttled resources of two subscriptions', 'throttled', ['s1', 's2'], 8, ['s1 major', 's2 major']],
    ['a right that is revoked in two subscriptions', 'forbidden', ['s1', 's2'], 3, ['s1 warning', 's2 warning']],
    ['an expired secret', 'unauthorized', ['s1', 's2'], 8, ['all major']],
    ['an expired secret for some of the polls', 'unauthorized', ['s1', 's2'], 3, ['all warning']],
    ['an endpoint of Azure that no name server resolves', 'unavailable', ['s1', 's2'], 8, ['all major']],
    ['a credential of one subscription', 'unauthorized', ['s1'], 8, ['s1 major']],
  ])('%s', (_, outcome, subscriptions, failing, expected) => {
    const folded = ticks([
      [now, estate(now, failing, outcome, subscriptions)],
      [now + 10 * MS_PER_SECOND, estate(now + 10 * MS_PER_SECOND, failing, outcome, subscriptions)],
    ])
    expect(open(folded).toSorted()).toEqual(expected)
  })

  it('is one incident although one subscription fails before the other, and ends with the last resource', () => {
    const at = (seconds: number) => now + seconds * MS_PER_SECOND
    const first = (after: number) => [...estate(after, 4, 'unauthorized', ['s1']), ...estate(after, 0, 'ok', ['s2'])]
    const both = (after: number, failing: number) => estate(after, failing, 'unauthorized')
    const begun = ticks([
      [at(0), first(at(0))],
      [at(10), both(at(10), 4)],
    ])
    expect(open(begun)).toEqual(['all warning'])
    const { reported, topLevel, incidents } = ticks([
      [at(0), first(at(0))],
      [at(10), both(at(10), 4)],
      [at(20), both(at(20), 1)],
      [at(30), [...estate(at(30), 1, 'unauthorized', ['s1']), ...estate(at(30), 0, 'ok', ['s2'])]],
      [at(40), both(at(40), 0)],
      [at(200), both(at(200), 0)],
    ])
    expect(topLevel).toMatchObject([{ scope: 'all', ended: { earliest: T0 + at(30), latest: T0 + at(40) } }])
    expect(reported.every(({ ended }) => ended !== null)).toBe(true)
    expect(incidents.every(({ closedAt }) => closedAt !== null)).toBe(true)
  })

  it('remains one incident when no poll succeeds for minutes, and then names the cause', () => {
    const folded = ticks(
      [4, 4.5, 5, 6, 10, 12].map((minutes) => [
        minutes * MS_PER_MINUTE,
        estate(minutes * MS_PER_MINUTE, 8, 'unauthorized'),
      ]),
    )
    expect(open(folded)).toEqual(['all critical'])
    expect(folded.topLevel).toMatchObject([
      { kind: 'nothing_polled', causes: [{ class: 'collector_unauthorized', owner: 'own_change' }] },
    ])
  })
})

it.each([
  { says: 'two hours ahead', ahead: 2 * 60 * MS_PER_MINUTE, expected: ['nothing_polled'] },
  { says: 'within the tolerance', ahead: 1_000, expected: [] },
])('polls that were dated $says prove that something is polled, or not', ({ ahead, expected }) => {
  const at = 30 * MS_PER_MINUTE
  const targets = [1, 2].map((n) => target(`s${n}`, { lastGoodAt: T0 + at + ahead }))
  const kinds = ticks([[at, targets]]).topLevel.map(({ kind }) => kind)
  expect(kinds).toEqual(expected)
})
