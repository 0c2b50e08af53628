import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RouteChange } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { groupChangeBursts } from './change-burst.ts'
import type { SessionChangeEvent } from './session-change-event.ts'
import { createRouteAttributes, createRouteChange } from '#lib/detection/churn/testing.ts'

const later = 1000 * MS_PER_MINUTE
const own: SessionChangeEvent = {
  localAddress: '10.0.4.12',
  neighbor: '10.0.4.4',
  at: { earliest: 9 * MS_PER_MINUTE, latest: 10 * MS_PER_MINUTE },
}
const verdicts = (changes: RouteChange[], sessions: SessionChangeEvent[] = []) =>
  groupChangeBursts(changes, sessions, later).map(({ verdict, outcome, distinctPaths }) => [
    verdict,
    outcome,
    distinctPaths,
  ])

const [a, b, c, d] = [[65001], [65001, 65001], [65002, 65001], [65003, 65001]] as const
const exploring = [
  createRouteChange(10 * MS_PER_MINUTE, [...a], [...b]),
  createRouteChange(11 * MS_PER_MINUTE, [...b], [...c]),
  createRouteChange(12 * MS_PER_MINUTE, [...c], null),
]

describe('bursts of change', () => {
  it.each([
    {
      rule: 'one move is a lasting change',
      changes: [createRouteChange(10 * MS_PER_MINUTE, [...a], [...b])],
      seen: ['lasting', 'moved', 2],
    },
    {
      rule: 'so is a first announcement',
      changes: [createRouteChange(10 * MS_PER_MINUTE, null, [...a])],
      seen: ['lasting', 'announced', 1],
    },
    {
      rule: 'and a withdrawal',
      changes: [createRouteChange(10 * MS_PER_MINUTE, [...a], null)],
      seen: ['lasting', 'withdrawn', 1],
    },
    {
      rule: 'there and back is transient',
      changes: [
        createRouteChange(10 * MS_PER_MINUTE, [...a], [...b]),
        createRouteChange(12 * MS_PER_MINUTE, [...b], [...a]),
      ],
      seen: ['transient', 'returned', 2],
    },
    {
      rule: 'gone and back is transient',
      changes: [
        createRouteChange(10 * MS_PER_MINUTE, [...a], null),
        createRouteChange(11 * MS_PER_MINUTE, null, [...a]),
      ],
      seen: ['transient', 'returned', 1],
    },
    {
      rule: 'three paths in two minutes in transit out are exploration',
      changes: exploring,
      seen: ['exploration', 'withdrawn', 3],
    },
    {
      rule: 'three paths in two minutes in transit to another are exploration',
      changes: exploring.slice(0, 2),
      seen: ['exploration', 'moved', 3],
    },
    {
      rule: 'three paths spread over ten minutes are not',
      changes: [
        createRouteChange(10 * MS_PER_MINUTE, [...a], [...b]),
        createRouteChange(15 * MS_PER_MINUTE, [...b], [...c]),
        createRouteChange(20 * MS_PER_MINUTE, [...c], [...d]),
      ],
      seen: ['lasting', 'moved', 4],
    },
    {
      rule: 'nor a path that was last seen long before',
      changes: [
        createRouteChange(10 * MS_PER_MINUTE, [...a], [...b], { between: { earliest: 0, latest: 10 * MS_PER_MINUTE } }),
        createRouteChange(11 * MS_PER_MINUTE, [...b], [...c]),
      ],
      seen: ['lasting', 'moved', 3],
    },
    {
      rule: 'two next hops under one key are two paths',
      changes: [
        createRouteChange(10 * MS_PER_MINUTE, [...a], null, {
          op: 'change',
          after: [...createRouteAttributes([...b]), ...createRouteAttributes([...c])],
        }),
      ],
      seen: ['exploration', 'moved', 3],
    },
  ])('$rule', ({ changes, seen }) => expect(verdicts(changes)).toEqual([seen]))

  it.each([
    { rule: 'at the same time', at: own.at, explains: true },
    { rule: 'five minutes before', at: { earliest: 3 * MS_PER_MINUTE, latest: 4 * MS_PER_MINUTE }, explains: true },
    { rule: 'ten minutes before', at: { earliest: -2 * MS_PER_MINUTE, latest: -1 * MS_PER_MINUTE }, explains: false },
    { rule: 'after it', at: { earliest: 13 * MS_PER_MINUTE, latest: 14 * MS_PER_MINUTE }, explains: false },
  ])('its session, moving $rule, explains it: $explains', ({ at, explains }) =>
    expect(verdicts(exploring, [{ ...own, at }])[0]?.[0]).toBe(explains ? 'session' : 'exploration'),
  )

  it.each([
    { rule: 'another neighbor', session: { ...own, neighbor: '10.0.4.5' } },
    { rule: 'another instance', session: { ...own, localAddress: '10.0.4.13' } },
  ])('a session of $rule explains nothing', ({ session }) =>
    expect(verdicts(exploring, [session])[0]?.[0]).toBe('exploration'),
  )

  it('a path table has no peer: any session of its source explains it', () => {
    const changes = exploring.map((change) => ({ ...change, instance: null, peer: null }))
    expect(verdicts(changes, [own])[0]?.[0]).toBe('session')
  })

  it('a path that stood for longer than the window parts two bursts', () => {
    const changes = [
      createRouteChange(10 * MS_PER_MINUTE, [...a], [...b]),
      createRouteChange(17 * MS_PER_MINUTE, [...b], [...a]),
    ]
    expect(verdicts(changes)).toEqual([
      ['lasting', 'moved', 2],
      ['lasting', 'moved', 2],
    ])
  })

  it('one that was seen for less does not, however late the next is seen', () => {
    const late = createRouteChange(30 * MS_PER_MINUTE, [...b], [...a], {
      between: { earliest: 14 * MS_PER_MINUTE, latest: 30 * MS_PER_MINUTE },
    })
    expect(verdicts([createRouteChange(10 * MS_PER_MINUTE, [...a], [...b]), late])).toEqual([
      ['transient', 'returned', 2],
    ])
  })

  it('routes of different peers are distinguished', () => {
    const [first, second] = exploring
    const changes = [first, second].flatMap((change) => (change ? [change, { ...change, peer: '10.0.4.5' }] : []))
    expect(groupChangeBursts(changes, [], later).map(({ peer, changes: n }) => [peer, n])).toEqual([
      ['10.0.4.4', 2],
      ['10.0.4.5', 2],
    ])
  })

  it('is settled once its last path stood for longer than the window', () => {
    const settled = (now: number) => groupChangeBursts(exploring, [], now).map((burst) => burst.settled)
    expect([settled(17 * MS_PER_MINUTE), settled(17 * MS_PER_MINUTE + 1)]).toEqual([[false], [true]])
  })
})

describe('laws of bursts', () => {
  /** The history of one route, with a new path or no path at some polls. */
  const life = fc
    .array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.constantFrom<number[] | null>(null, [1], [2], [3])), {
      maxLength: 20,
    })
    .map((steps) => {
      const changes: RouteChange[] = []
      let minute = 0
      let path: number[] | null = null
      for (const [pause, next] of steps) {
        minute += pause
        if (JSON.stringify(next) !== JSON.stringify(path))
          changes.push(createRouteChange(minute * MS_PER_MINUTE, path, next))
        path = next
      }
      return changes
    })

  it('every change lies in exactly one burst, and the order of the input is no argument', () => {
    fc.assert(
      fc.property(life, (changes) => {
        const bursts = groupChangeBursts(changes, [], later)
        expect(bursts.reduce((sum, burst) => sum + burst.changes, 0)).toBe(changes.length)
        expect(groupChangeBursts([...changes].reverse(), [], later)).toEqual(bursts)
      }),
    )
  })

  it('exploration is claimed exactly if three paths were sighted within five minutes', () => {
    fc.assert(
      fc.property(life, (changes) => {
        for (const burst of groupChangeBursts(changes, [], later)) {
          const inside = changes.filter(
            ({ between }) => between.latest >= burst.first.latest && between.latest <= burst.last.latest,
          )
          const sightings = inside.flatMap(({ between, before, after }) => [
            ...before.map((row) => ({ at: between.earliest, path: row.asPath.join() })),
            ...after.map((row) => ({ at: between.latest, path: row.asPath.join() })),
          ])
          const proven = sightings.some(({ at: start }) => {
            const window = sightings.filter(({ at }) => at >= start && at - start <= 5 * MS_PER_MINUTE)
            return new Set(window.map(({ path }) => path)).size >= 3
          })
          expect(burst.verdict === 'exploration').toBe(proven)
        }
      }),
    )
  })
})
