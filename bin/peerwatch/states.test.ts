import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exitCodeByExitStatus, type CommandExitStatus, findWorstExitState } from './exit-state.ts'
import { formatEarlierTimeHint, getDiffExitState } from './diff.ts'
import { getLookupExitState } from './lookup.ts'
import { getWorstSessionExitState } from './sessions.ts'
import { formatStatusHeadline, getOverviewExitState } from './status.ts'

const states = Object.keys(exitCodeByExitStatus) as CommandExitStatus[]
const someStates = fc.array(fc.constantFrom(...states))

describe('the worst state', () => {
  it('of some is one of them, in whatever order they stand', () => {
    fc.assert(
      fc.property(someStates, (some) => {
        expect(findWorstExitState(some.toReversed())).toBe(findWorstExitState(some))
        expect([...some, 'ok']).toContain(findWorstExitState(some))
      }),
    )
  })

  it('never calls a fault or a doubt fine', () => {
    fc.assert(
      fc.property(someStates, (some) => (findWorstExitState(some) === 'ok') === some.every((state) => state === 'ok')),
    )
  })
})

interface Case {
  name: string
  freshness?: 'fresh' | 'late' | 'stale' | 'never'
  missing?: boolean
  problems?: Record<string, number>
  incidents?: Record<string, unknown>[]
  state: CommandExitStatus
}
const critical = { severity: 'critical', phase: 'ongoing', unverifiedSince: null, maintenance: false }

describe('the state of the estate', () => {
  const answerOf = ({ freshness = 'fresh', missing, problems = {}, incidents = [] }: Case) =>
    ({
      freshness: {
        state: freshness,
        oldestPollAt: null,
        latePollAt: null,
        ...(missing && { missing: { notPolled: 1, unanswered: 0, of: 48 } }),
      },
      data: {
        headline: { sentence: 'erc-london down for 12 min' },
        counts: { problems, sessions: { up: 7 } },
        incidents: {
          open: incidents,
          recovered: incidents.filter(({ phase }) => phase === 'recovered').length,
          counts: { critical: incidents.length },
        },
      },
    }) as never
  it.each<Case>([
    { name: 'nothing wrong', state: 'ok' },
    { name: 'late data', freshness: 'late', state: 'ok' },
    { name: 'stale data', freshness: 'stale', state: 'unknown' },
    { name: 'no data', freshness: 'never', state: 'unknown' },
    { name: 'no data of one of many polls', missing: true, state: 'unknown' },
    { name: 'what is degraded', problems: { degraded: 1 }, state: 'warning' },
    { name: 'what is unknown beside it', problems: { degraded: 1, unknown: 1 }, state: 'warning' },
    { name: 'stale data beside it', freshness: 'stale', problems: { degraded: 1 }, state: 'warning' },
    { name: 'what is down', problems: { down: 1, degraded: 1 }, state: 'critical' },
    { name: 'what is down, proven, beside stale data', freshness: 'stale', problems: { down: 1 }, state: 'critical' },
    { name: 'maintenance', problems: { maintenance: 2 }, incidents: [{ ...critical, maintenance: true }], state: 'ok' },
    { name: 'a critical incident', incidents: [critical], state: 'critical' },
    { name: 'one that recovered', incidents: [{ ...critical, phase: 'recovered' }], state: 'warning' },
    { name: 'one that nobody can confirm', incidents: [{ ...critical, unverifiedSince: 'x' }], state: 'critical' },
    { name: 'a minor one', incidents: [{ ...critical, severity: 'minor' }], state: 'warning' },
  ])('$name: $state', (one) => {
    expect(getOverviewExitState(answerOf(one))).toBe(one.state)
  })

  it.each<Case & { line: string }>([
    {
      name: 'a critical incident',
      problems: { down: 1 },
      incidents: [critical],
      state: 'critical',
      line: 'PEERWATCH CRITICAL: erc-london down for 12 min; 1 down, 0 degraded, 0 unknown, 0 in maintenance; 1 ongoing incident, 0 recovered; critical because of 1 down, an open critical incident | down=1 degraded=0 unknown=0 maintenance=0 incidents=1 recovered=0 sessions_up=7\n',
    },
    {
      name: 'a recovered incident',
      incidents: [{ ...critical, phase: 'recovered' }],
      state: 'warning',
      line: 'PEERWATCH WARNING: erc-london down for 12 min; 0 down, 0 degraded, 0 unknown, 0 in maintenance; 0 ongoing incidents, 1 recovered; warning because of an incident that recovered and is not closed yet | down=0 degraded=0 unknown=0 maintenance=0 incidents=0 recovered=1 sessions_up=7\n',
    },
    {
      name: 'unanswered polls',
      missing: true,
      state: 'unknown',
      line: 'PEERWATCH UNKNOWN: erc-london down for 12 min; 0 down, 0 degraded, 0 unknown, 0 in maintenance; 0 ongoing incidents, 0 recovered; unknown because of 1 of 48 polls not answered | down=0 degraded=0 unknown=0 maintenance=0 incidents=0 recovered=0 sessions_up=7\n',
    },
  ])('names the reason of its state in the first line: $name', ({ line, ...one }) => {
    expect(formatStatusHeadline(answerOf(one))).toBe(line)
  })

  it('names a reason for every state except ok', () => {
    const phase = fc.constantFrom('ongoing', 'recovered', 'unverified')
    const incident = fc.record({
      severity: fc.constantFrom('critical', 'major', 'minor'),
      phase,
      maintenance: fc.boolean(),
    })
    const problems = fc.dictionary(fc.constantFrom('down', 'degraded', 'unknown', 'maintenance'), fc.nat(3))
    const freshness = fc.constantFrom('fresh', 'late', 'stale', 'never' as const)
    fc.assert(
      fc.property(fc.array(incident), problems, freshness, fc.boolean(), (incidents, some, age, missing) => {
        const answer = answerOf({ name: '', incidents, problems: some, freshness: age as never, missing, state: 'ok' })
        expect(formatStatusHeadline(answer).includes(' because of ')).toBe(getOverviewExitState(answer) !== 'ok')
      }),
    )
  })
})

it.each([
  [['up', 'disabled', 'never_established'], 'ok'],
  [['up', 'down', 'unknown'], 'critical'],
  [['up', 'not_reported'], 'unknown'],
  [[], 'unknown'],
] as const)('sessions %j are %s', (verdicts, state) => {
  expect(getWorstSessionExitState(verdicts.map((verdict) => ({ verdict })) as never)).toBe(state)
})

it.each([
  [{ known: 'observed', match: '10.0.0.0/8', system: null }, true, 'ok'],
  [{ known: 'observed', match: null, system: 'internet' }, true, 'ok'],
  [{ known: 'observed', match: null, system: null }, true, 'critical'],
  [{ known: 'indeterminate', match: '10.0.0.0/8', system: null }, true, 'unknown'],
  [{ known: 'observed', match: '10.0.0.0/8', system: null }, false, 'unknown'],
] as const)('a look-up %j, covered %s, is %s', (data, covered, state) => {
  expect(getLookupExitState({ data, covered } as never)).toBe(state)
})

it.each([
  [[], [], true, 'ok'],
  [['x'], [], true, 'warning'],
  [['x'], ['y'], true, 'unknown'],
  [[], [], false, 'unknown'],
] as const)('differences %j, undecidable %j, covered %s: %s', (announced, undecidable, covered, state) => {
  expect(getDiffExitState({ data: { announced, withdrawn: [], changed: [], undecidable }, covered } as never)).toBe(
    state,
  )
})

it.each([
  { name: 'nothing is undecidable', to: '2026-11-20T04:00:00.000Z', undecidable: [], says: '' },
  { name: 'what came before the last poll', to: '2026-11-20T03:00:00.000Z', undecidable: ['x'], says: '' },
  {
    name: 'what no poll saw yet',
    to: '2026-11-20T04:00:00.000Z',
    undecidable: ['x'],
    says: 'Not every table was read after 2026-11-20 03:12:00 UTC: write a moment before that as the second one\n',
  },
])('of a diff to the present: $name', ({ to, undecidable, says }) => {
  const freshness = { state: 'late', oldestPollAt: '2026-11-20T03:12:00.000Z', latePollAt: null }
  expect(formatEarlierTimeHint({ data: { to, undecidable }, freshness } as never)).toBe(says)
})
