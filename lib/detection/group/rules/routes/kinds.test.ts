import { describe, expect, it, vi } from 'vitest'
import type { DetectedEvent, EventKind } from '#lib/contract/index.ts'
import { A, B, t2 } from '../../../testing/estates.ts'
import { busyT2, flows } from '../../../testing/flows.ts'
import { line, play } from '#lib/poller/memory/testing/play.ts'
import { clock, type Happening, type Timeline } from '#lib/poller/memory/testing/timeline.ts'
import { announces, endsCe, endsPeer, startsCe, startsPeer, withdraws } from '../../../testing/happenings.ts'
import type { World } from '../../../testing/world.ts'

vi.setConfig({ testTimeout: 60_000 })

const LON = ['10.0.4.4', '10.0.4.5']
const AMS = ['10.0.4.6', '10.0.4.7']
const ALL = [...LON, ...AMS]
const [A1 = '', A2 = ''] = A
const paths = ['primary', 'secondary'] as const

const at = (time: string, act: Happening['do']): Happening => ({ at: time, do: act })
const series = (truth: Happening[], more: Partial<Timeline> = {}): Timeline => ({
  world: t2,
  from: '9:50',
  to: '10:30',
  truth,
  ...more,
})
const having =
  (prepare: (world: World) => void, make: () => World = t2): (() => World) =>
  () => {
    const world = make()
    prepare(world)
    return world
  }
const dcA = { name: 'DC-A', prefixes: A, home: 'ckt-lon', routers: {} }
const withSite = having((world) => void world.sites.push(dcA))
const watching = (...prefixes: string[]) => having((world) => void world.watched.push(...prefixes))
const alike = having(
  (world) => void world.policies.push({ kind: 'active_active', circuits: ['ckt-lon'], prefixes: [] }),
)
const standby = (prefixes: string[], make: () => World = busyT2) =>
  having((world) => {
    world.policies.push({ kind: 'active_standby', circuits: ['ckt-lon', 'ckt-ams'], prefixes })
  }, make)
const circuitsAlike = having((world) => {
  for (const neighbor of ALL) announces(world, [neighbor], [...A, ...B], [65001])
  world.policies.push({ kind: 'active_active', circuits: ['ckt-lon', 'ckt-ams'], prefixes: A })
})
const lonCe = (world: World) => paths.forEach((path) => endsCe(world, 'ckt-lon', path))
const lonCeBack = (world: World, when: number) => paths.forEach((path) => startsCe(world, 'ckt-lon', path, when))
const lonAway = [at('10:00:30', lonCe), at('10:00:32', (w) => withdraws(w, LON, [...A, ...B]))]
const many = (n: number) => Array.from({ length: n }, (_, i) => `10.${70 + Math.floor(i / 200)}.${i % 200}.0/24`)
/** A prefix that comes and goes between any two polls, `n` times over. */
const restless = (prefixes: readonly string[], minutes: number, from = 600): Happening[] =>
  Array.from({ length: minutes }, (_, minute) =>
    at(clockText(from + minute), (w) =>
      minute % 2 === 0 ? announces(w, AMS, prefixes, [65001]) : withdraws(w, AMS, prefixes),
    ),
  )
const clockText = (minutes: number) => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:30`

/** For each kind: series that must raise it, and series that come close and must not. */
const cases: Partial<Record<EventKind, { raises: Timeline[]; not: Timeline[] }>> = {
  parity_mismatch: {
    raises: [
      series([at('10:00:30', (w) => withdraws(w, ['10.0.4.5'], A.slice(2)))]),
      series([at('10:00:30', (w) => announces(w, ['10.0.4.5'], A, [65001, 65001, 65001]))]),
      series([at('10:00:30', (w) => announces(w, ['10.0.4.6'], ['10.44.0.0/16'], [65001]))]),
    ],
    not: [
      series([at('10:00:30', (w) => withdraws(w, LON, A.slice(2)))]),
      // two samples
      series([
        at('10:00:30', (w) => withdraws(w, ['10.0.4.5'], A.slice(2))),
        at('10:02:30', (w) => announces(w, ['10.0.4.5'], A.slice(2), [65001])),
      ]),
      series([at('10:00:30', (w) => announces(w, ['10.0.4.5'], ['172.16.0.4/30'], [65001]))]),
      series([at('10:00:30', (w) => endsCe(w, 'ckt-lon', 'primary'))]),
      // the other path's table is not read meanwhile
      series([at('10:00:30', (w) => withdraws(w, LON, A))], {
        collector: [{ kind: 'tables', from: '10:00:00', until: '10:10:00', outcome: 'timeout' }],
      }),
    ],
  },
  unintended_active_passive: {
    raises: [
      series([at('10:00:30', (w) => announces(w, ['10.0.4.5'], A, [65001, 65001, 65001]))], { world: alike }),
      series([at('10:00:30', (w) => announces(w, ['10.0.4.4'], A.slice(0, 2), [65001, 65001]))], { world: alike }),
      // two circuits, meant to be alike
      series([at('10:00:30', (w) => announces(w, AMS, A, [65001, 65001, 65001]))], { world: circuitsAlike }),
    ],
    not: [
      // nobody says that they are meant to be alike, and they have not been so for a week
      series([at('10:00:30', (w) => announces(w, ['10.0.4.5'], A, [65001, 65001, 65001]))]),
      // one of six: less than a fifth
      series([at('10:00:30', (w) => announces(w, ['10.0.4.5'], [A1], [65001, 65001]))], { world: alike }),
      series([at('10:00:30', (w) => announces(w, LON, A, [65001, 65001, 65001]))], { world: alike }),
      series([at('10:00:30', (w) => withdraws(w, ['10.0.4.5'], A))], { world: alike }),
    ],
  },
  unexpected_active_active: {
    raises: [
      series([at('10:00:30', (w) => announces(w, AMS, A, [65001]))], { world: standby(A), to: '10:40' }),
      series([at('10:00:30', (w) => announces(w, AMS, A, [65001]))], { world: standby([]), to: '10:40' }),
    ],
    not: [
      series([], { world: standby(A), to: '10:40' }),
      // alike, and the standby is left alone all the same
      series([at('10:00:30', (w) => announces(w, AMS, A, [65001]))], {
        world: having((w) => flows(w, 'ckt-ams', { in: 2, out: 1 }, clock('9:40')), standby(A)),
        to: '10:40',
      }),
      // nothing reports bytes
      series([at('10:00:30', (w) => announces(w, AMS, A, [65001]))], { world: standby(A, t2), to: '10:40' }),
      // ranges that the policy is not about
      series([at('10:00:30', (w) => announces(w, LON, B, [65001]))], { world: standby(A), to: '10:40' }),
    ],
  },
  more_specific: {
    raises: [
      series([at('10:00:30', (w) => announces(w, AMS, ['10.10.5.0/24'], [65001, 65001]))]),
      series([at('10:00:30', (w) => announces(w, LON, ['10.10.5.0/24'], [65001, 65077]))]),
    ],
    not: [
      // as its cover is: over the same circuit, from the same origin
      series([at('10:00:30', (w) => announces(w, LON, ['10.10.5.0/24'], [65001]))]),
      // it has been there before
      series([
        at('9:50:01', (w) => announces(w, AMS, ['10.10.5.0/24'], [65001, 65001])),
        at('9:55:30', (w) => withdraws(w, AMS, ['10.10.5.0/24'])),
        at('10:00:30', (w) => announces(w, AMS, ['10.10.5.0/24'], [65001, 65001])),
      ]),
      // inside nothing but the default route
      series([
        at('9:50:01', (w) => announces(w, LON, ['0.0.0.0/0'], [65001])),
        at('10:00:30', (w) => announces(w, AMS, ['10.99.5.0/24'], [65001])),
      ]),
      series([at('10:00:30', (w) => announces(w, LON, ['10.100.8.0/22'], [65001]))]),
    ],
  },
  origin_change: {
    raises: [
      series([at('10:00:30', (w) => announces(w, LON, [A1], [65001, 64999]))], { weekOld: true }),
      series([at('10:00:30', (w) => announces(w, ['10.0.4.6'], [A1, A2], [65099]))], { weekOld: true }),
    ],
    not: [
      series([at('10:00:30', (w) => announces(w, LON, [A1], [65001, 65001, 65001]))], { weekOld: true }),
      series([at('10:00:30', (w) => announces(w, LON, [A1], [65002, 65001]))], { weekOld: true }),
      // a prefix that has not been known for a week has no other origin
      series([
        at('10:00:30', (w) => announces(w, LON, ['10.50.0.0/16'], [65001])),
        at('10:05:30', (w) => announces(w, LON, ['10.50.0.0/16'], [65001, 64999])),
      ]),
    ],
  },
  unexpected_transit: {
    raises: [
      series([at('10:00:30', (w) => announces(w, LON, B, [65001, 64900, 3356, 65001]))]),
      series([at('10:00:30', (w) => announces(w, LON, many(40), [65001, 3356]))]),
      // another site's circuit reports a prefix through its own network
      series(
        [at('9:50:01', (w) => withdraws(w, AMS, [A1])), at('10:00:30', (w) => announces(w, AMS, [A1], [65002, 65001]))],
        { world: having((w) => (announces(w, AMS, B, [65002]), w.sites.push(dcA)), t2) },
      ),
    ],
    not: [
      series([at('10:00:30', (w) => announces(w, LON, A, [65001, 65001, 65001]))]),
      // another path holds this ASN since the first table
      series([at('10:00:30', (w) => announces(w, LON, [A1], [65002, 65001]))], {
        world: having((w) => announces(w, AMS, B, [65002, 65001])),
      }),
      series([at('10:00:30', (w) => withdraws(w, LON, B))]),
    ],
  },
  route_churn: {
    raises: [series(restless(many(6), 8), { to: '10:20' }), series(restless(many(40), 7), { to: '10:20' })],
    not: [
      // four minutes
      series(restless(many(6), 4), { to: '10:20' }),
      // 8 a minute
      series(restless(many(2), 12), { to: '10:20' }),
      // the first table of sessions that came up
      series([
        at('10:00:30', (w) => ALL.forEach((n) => endsPeer(w, n))),
        at('10:05:30', (w, t) => ALL.forEach((n) => startsPeer(w, n, t))),
      ]),
    ],
  },
  site_state_changed: {
    raises: [
      series([at('10:00:30', (w) => withdraws(w, LON, A))], { world: withSite }),
      series([at('10:00:30', (w) => withdraws(w, ALL, [A1]))], { world: withSite }),
      series([at('10:00:30', (w) => withdraws(w, ALL, A))], { world: withSite }),
    ],
    not: [
      series([at('10:00:30', (w) => withdraws(w, LON, A))]),
      series([at('10:00:30', (w) => withdraws(w, ['10.0.4.4'], A))], { world: withSite }),
      series([at('10:00:30', (w) => withdraws(w, ALL, B))], { world: withSite }),
      series([], {
        world: withSite,
        collector: [{ kind: 'learned', from: '10:00:00', until: '10:15:00', outcome: 'timeout' }],
      }),
    ],
  },
  failback_pending: {
    raises: [
      // the sessions are back, the announcements are not
      series([...lonAway, at('10:05:30', lonCeBack)]),
      series([
        at('10:00:30', (w) => LON.forEach((n) => endsPeer(w, n))),
        at('10:00:32', (w) => withdraws(w, LON, [...A, ...B])),
        at('10:05:30', (w, t) => LON.forEach((n) => startsPeer(w, n, t))),
      ]),
    ],
    not: [
      series(lonAway),
      series([
        ...lonAway,
        at('10:05:30', lonCeBack),
        at('10:12:30', (w) => announces(w, LON, A, [65001])),
        at('10:12:31', (w) => announces(w, LON, B, [65001, 65001, 65001])),
      ]),
      series([at('10:00:30', (w) => withdraws(w, LON, A))]),
    ],
  },
  route_announced: {
    raises: [
      series([at('10:00:30', (w) => announces(w, AMS, ['10.60.0.0/16'], [65001]))], {
        world: watching('10.60.0.0/16'),
      }),
      series([at('10:00:30', (w) => announces(w, AMS, ['10.10.5.0/24'], [65001]))], { world: watching(A1) }),
    ],
    not: [
      series([at('10:00:30', (w) => announces(w, AMS, ['10.60.0.0/16'], [65001]))]),
      // it holds the watched one, but is none inside it
      series([at('10:00:30', (w) => announces(w, AMS, ['10.0.0.0/8'], [65001]))], { world: watching(A1) }),
      series([at('10:00:30', (w) => announces(w, LON, [A1], [65001, 65001]))], { world: watching(A1) }),
    ],
  },
  route_withdrawn: {
    raises: [
      series([at('10:00:30', (w) => withdraws(w, ['10.0.4.4'], [A1]))], { world: watching(A1) }),
      series([at('10:00:30', (w) => endsPeer(w, '10.0.4.6'))], { world: watching('10.0.0.0/8') }),
    ],
    not: [
      series([at('10:00:30', (w) => withdraws(w, ['10.0.4.4'], [A2]))], { world: watching(A1) }),
      // the other instance is still reported
      series([at('10:00:30', (w) => endsPeer(w, '10.0.4.4', ['10.0.4.12']))], { world: watching(A1) }),
      series([], {
        world: watching(A1),
        collector: [{ kind: 'learned', from: '10:00:00', until: '10:05:00', outcome: 'timeout' }],
      }),
    ],
  },
  path_change: {
    raises: [
      series([at('10:00:30', (w) => announces(w, LON, [A1], [65001, 65001]))], { world: watching(A1) }),
      series([at('10:00:30', (w) => announces(w, ['10.0.4.7'], [A2], [65002]))], { world: watching('10.8.0.0/13') }),
    ],
    not: [
      series([at('10:00:30', (w) => announces(w, LON, [A1], [65001]))], { world: watching(A1) }),
      series([at('10:00:30', (w) => announces(w, LON, [A2], [65001, 65001]))], { world: watching(A1) }),
      series([at('10:00:30', (w) => withdraws(w, LON, [A1]))], { world: watching(A1) }),
    ],
  },
}

const eventsOf = async (timeline: Timeline): Promise<DetectedEvent[]> => (await play(timeline)).events
const only = async (kind: EventKind, timeline: Timeline) =>
  (await eventsOf(timeline)).filter((event) => event.kind === kind)

describe.each(Object.entries(cases))('%s', (kind, { raises, not }) => {
  it.each(raises.map((timeline, index) => [index + 1, timeline] as const))(
    'is raised by series %i',
    async (_, timeline) => {
      expect((await eventsOf(timeline)).map((event) => event.kind)).toContain(kind)
    },
  )
  it.each(not.map((timeline, index) => [index + 1, timeline] as const))(
    'is not raised by near series %i',
    async (_, timeline) => {
      expect((await eventsOf(timeline)).filter((event) => event.kind === kind)).toEqual([])
    },
  )
  it('has two of each at least', () => {
    expect(Math.min(raises.length, not.length)).toBeGreaterThanOrEqual(2)
  })
})

describe('what they say', () => {
  it('a parity mismatch names what differs where, since when, and is over after two samples alike', async () => {
    const [event, ...more] = await only(
      'parity_mismatch',
      series([
        at('10:00:30', (w) => withdraws(w, ['10.0.4.5'], A.slice(2))),
        at('10:15:20', (w) => announces(w, ['10.0.4.5'], A.slice(2), [65001])),
      ]),
    )
    expect(more).toEqual([])
    expect(event && line(event)).toBe(
      'parity_mismatch ckt-lon AzurePrivatePeering [10:00:15, 10:01:17] to [10:15:15, 10:16:17] minor',
    )
    expect(event?.detectedAt).toBe(clock('10:03:17'))
    expect(event?.evidence).toContainEqual(
      expect.objectContaining({ field: 'only on primary', after: A.slice(2).join(', ') }),
    )
  })

  it('one path that was made longer is reported with the ASN that is repeated', async () => {
    const longer = at('10:00:30', (w) => announces(w, ['10.0.4.5'], A, [65001, 65001, 65001]))
    const [event] = await only('unintended_active_passive', series([longer], { world: alike }))
    expect(event).toMatchObject({ scope: 'ckt-lon', severity: 'warning', detectedAt: clock('10:03:17') })
    expect(event?.evidence).toContainEqual(expect.objectContaining({ field: 'prepended by', after: 'AS65001' }))
  })

  it('a more specific prefix over a circuit that is not its home is major, and minor where a change was logged', async () => {
    const reported = at('10:00:30', (w) => announces(w, AMS, ['10.10.5.0/24'], [65001, 65001]))
    const [event] = await only(
      'more_specific',
      series([reported, at('10:15:03', (w) => withdraws(w, AMS, ['10.10.5.0/24']))], { to: '10:30' }),
    )
    expect(event && line(event)).toBe(
      'more_specific ckt-ams 10.10.5.0/24 [10:00:05, 10:01:07] to [10:14:05, 10:15:07] major',
    )
    const announced = having((w) => {
      const window = { id: '1', title: 'move', scopes: ['ckt-ams'], paths: [], announcedBy: 'operator' as const }
      w.maintenance.push({ ...window, from: clock('9:55'), to: clock('10:20') })
    })
    expect((await only('more_specific', series([reported], { world: announced })))[0]?.severity).toBe('minor')
  })

  it('a leak is one event with its ASNs, and over when no path holds them any more', async () => {
    const leak = [
      at(
        '10:00:30',
        (w) => (announces(w, LON, B, [65001, 64900, 3356, 65001]), announces(w, LON, many(40), [65001, 3356])),
      ),
      at('10:15:00', (w) => (announces(w, LON, B, [65001, 65001, 65001]), withdraws(w, LON, many(40)))),
    ]
    const events = await eventsOf(series(leak))
    expect(events.filter(({ kind }) => kind === 'unexpected_transit').map(line)).toEqual([
      'unexpected_transit ckt-lon AS3356, AS64900 [10:00:05, 10:01:07] to [10:14:05, 10:15:07] warning',
    ])
    expect(events.map(({ kind }) => kind)).not.toContain('origin_change')
  })

  it('a leak that comes again is reported again', async () => {
    const leak = (from: string, to: string) => [
      at(from, (w: World) => announces(w, LON, B, [65001, 3356, 65001])),
      at(to, (w: World) => announces(w, LON, B, [65001, 65001, 65001])),
    ]
    const events = await only(
      'unexpected_transit',
      series([...leak('9:55:30', '10:00:30'), ...leak('10:10:30', '10:15:30')]),
    )
    expect(events).toHaveLength(2)
  })

  it('an origin names those that were known, and is over with the last prefix that has it', async () => {
    const [event] = await only(
      'origin_change',
      series(
        [
          at('10:00:30', (w) => announces(w, LON, [A1, A2], [65001, 64999])),
          at('10:10:30', (w) => announces(w, LON, [A1], [65001])),
          at('10:15:30', (w) => announces(w, LON, [A2], [65001])),
        ],
        { weekOld: true },
      ),
    )
    expect(event && line(event)).toBe(
      `origin_change ckt-lon ${A1} and 1 more from AS64999 [10:00:05, 10:01:07] to [10:15:05, 10:16:07] minor`,
    )
    expect(event?.evidence).toContainEqual(
      expect.objectContaining({ field: 'origin', before: '65001', after: '64999' }),
    )
  })

  it('a site goes from state to state, and each is reported with what it was before', async () => {
    const states = (
      await only(
        'site_state_changed',
        series(
          [
            at('10:00:30', (w) => withdraws(w, LON, A)),
            at('10:05:30', (w) => withdraws(w, AMS, [A1])),
            at('10:10:30', (w) => withdraws(w, AMS, A)),
            at('10:15:30', (w) => announces(w, AMS, ['0.0.0.0/0'], [65001])),
            at('10:20:30', (w) => announces(w, LON, A, [65001])),
          ],
          { world: withSite },
        ),
      )
    ).map((event) => [...event.flags, line(event)])
    expect(states).toEqual([
      ['from:reachable', 'to:on_backup', expect.stringMatching(/ minor$/)],
      ['from:on_backup', 'to:partial', expect.stringMatching(/ major$/)],
      ['from:partial', 'to:unreachable', expect.stringMatching(/ critical$/)],
      ['from:unreachable', 'to:default_only', expect.stringMatching(/to \[10:20:05, 10:21:07\] major$/)],
    ])
  })

  it('a pending failback begins ten minutes after home is up, and ends with the failback', async () => {
    const [event] = await only(
      'failback_pending',
      series([
        ...lonAway,
        at('10:05:30', lonCeBack),
        at('10:20:30', (w) => announces(w, LON, A, [65001])),
        at('10:20:31', (w) => announces(w, LON, B, [65001, 65001, 65001])),
      ]),
    )
    expect(event && line(event)).toBe(
      'failback_pending ckt-lon ckt-lon > ckt-ams [10:15:28, 10:15:31] to [10:20:05, 10:21:07] warning',
    )
  })

  it('each change of a watched prefix is reported for each neighbor, with what it was and how it came back', async () => {
    const reported = (
      await eventsOf(
        series(
          [
            at('10:00:30', (w) => withdraws(w, ['10.0.4.4'], [A1])),
            at('10:05:30', (w) => announces(w, ['10.0.4.4'], [A1], [65001])),
            at('10:10:30', (w) => announces(w, LON, [A1], [65001, 65001])),
          ],
          { world: watching(A1) },
        ),
      )
    ).filter(({ kind }) => kind === 'route_withdrawn' || kind === 'route_announced' || kind === 'path_change')
    expect(reported.map(({ kind, subject, flags }) => [kind, subject, ...flags])).toEqual([
      ['route_withdrawn', `${A1} from 10.0.4.4`],
      ['route_announced', `${A1} from 10.0.4.4`, 'explicit_withdraw_reannounce'],
      ['path_change', `${A1} from 10.0.4.4`, 'implicit_withdraw'],
      ['path_change', `${A1} from 10.0.4.5`, 'implicit_withdraw'],
    ])
    expect(
      reported.every(({ started, ended }) => ended?.earliest === started.earliest && ended.latest === started.latest),
    ).toBe(true)
  })

  it('a storm of routes ends five minutes after it', async () => {
    const [event, ...more] = await only('route_churn', series(restless(many(40), 8), { to: '10:25' }))
    expect(more).toEqual([])
    expect(event && line(event)).toBe(
      'route_churn ergw-hub learned routes [10:00:05, 10:01:07] to [10:08:05, 10:09:07] warning',
    )
  })
})
