import { A, B, t2 } from '../../../testing/estates.ts'
import { busyT2, flows } from '../../../testing/flows.ts'
import { clock, type Happening, type Timeline } from '#lib/poller/memory/testing/timeline.ts'
import { announces, endsCe, endsPeer, startsCe, startsPeer, withdraws } from '../../../testing/happenings.ts'
import type { SeriesOfKind } from '../../../testing/kind-cases.ts'
import type { World } from '../../../testing/world.ts'

export const LON = ['10.0.4.4', '10.0.4.5']
export const AMS = ['10.0.4.6', '10.0.4.7']
const ALL = [...LON, ...AMS]
export const [A1 = '', A2 = ''] = A
const paths = ['primary', 'secondary'] as const

export const at = (time: string, act: Happening['do']): Happening => ({ at: time, do: act })
export const series = (truth: Happening[], more: Partial<Timeline> = {}): Timeline => ({
  world: t2,
  from: '9:50',
  to: '10:30',
  truth,
  ...more,
})
export const having =
  (prepare: (world: World) => void, make: () => World = t2): (() => World) =>
  () => {
    const world = make()
    prepare(world)
    return world
  }
const dcA = { name: 'DC-A', prefixes: A, home: 'ckt-lon', routers: {} }
export const withSite = having((world) => void world.sites.push(dcA))
export const watching = (...prefixes: string[]) => having((world) => void world.watched.push(...prefixes))
export const alike = having(
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
export const lonCeBack = (world: World, when: number) => paths.forEach((path) => startsCe(world, 'ckt-lon', path, when))
export const lonAway = [at('10:00:30', lonCe), at('10:00:32', (w) => withdraws(w, LON, [...A, ...B]))]
export const many = (n: number) => Array.from({ length: n }, (_, i) => `10.${70 + Math.floor(i / 200)}.${i % 200}.0/24`)
/** Returns steps in which prefixes appear and disappear alternately between polls, for `minutes` minutes. */
export const restless = (prefixes: readonly string[], minutes: number, from = 600): Happening[] =>
  Array.from({ length: minutes }, (_, minute) =>
    at(clockText(from + minute), (w) =>
      minute % 2 === 0 ? announces(w, AMS, prefixes, [65001]) : withdraws(w, AMS, prefixes),
    ),
  )
const clockText = (minutes: number) => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:30`

/** For each kind: series of steps that must raise it, and similar series that must not raise it. */
export const routeKindCases: Record<string, SeriesOfKind> = {
  parity_mismatch: {
    raises: [
      series([at('10:00:30', (w) => withdraws(w, ['10.0.4.5'], A.slice(2)))]),
      series([at('10:00:30', (w) => announces(w, ['10.0.4.5'], A, [65001, 65001, 65001]))]),
      series([at('10:00:30', (w) => announces(w, ['10.0.4.6'], ['10.44.0.0/16'], [65001]))]),
    ],
    not: [
      series([at('10:00:30', (w) => withdraws(w, LON, A.slice(2)))]),
      // a difference in only two samples
      series([
        at('10:00:30', (w) => withdraws(w, ['10.0.4.5'], A.slice(2))),
        at('10:02:30', (w) => announces(w, ['10.0.4.5'], A.slice(2), [65001])),
      ]),
      series([at('10:00:30', (w) => announces(w, ['10.0.4.5'], ['172.16.0.4/30'], [65001]))]),
      series([at('10:00:30', (w) => endsCe(w, 'ckt-lon', 'primary'))]),
      // the other path's table is not polled meanwhile
      series([at('10:00:30', (w) => withdraws(w, LON, A))], {
        collector: [{ kind: 'tables', from: '10:00:00', until: '10:10:00', outcome: 'timeout' }],
      }),
    ],
  },
  unintended_active_passive: {
    raises: [
      series([at('10:00:30', (w) => announces(w, ['10.0.4.5'], A, [65001, 65001, 65001]))], { world: alike }),
      series([at('10:00:30', (w) => announces(w, ['10.0.4.4'], A.slice(0, 2), [65001, 65001]))], { world: alike }),
      // two circuits that are declared as equal
      series([at('10:00:30', (w) => announces(w, AMS, A, [65001, 65001, 65001]))], { world: circuitsAlike }),
    ],
    not: [
      // two circuits that are neither declared as equal nor equal for a week
      series([at('10:00:30', (w) => announces(w, ['10.0.4.5'], A, [65001, 65001, 65001]))]),
      // one of six prefixes, which is less than a fifth
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
      // equally announced, but the standby is still unused
      series([at('10:00:30', (w) => announces(w, AMS, A, [65001]))], {
        world: having((w) => flows(w, 'ckt-ams', { in: 2, out: 1 }, clock('9:40')), standby(A)),
        to: '10:40',
      }),
      series([], { world: standby(A), to: '10:40' }),
      // no byte counters are reported
      series([at('10:00:30', (w) => announces(w, AMS, A, [65001]))], { world: standby(A, t2), to: '10:40' }),
      // changed routes in ranges that the policy does not contain
      series([at('10:00:30', (w) => announces(w, LON, B, [65001]))], { world: standby(A), to: '10:40' }),
    ],
  },
  more_specific: {
    raises: [
      series([at('10:00:30', (w) => announces(w, AMS, ['10.10.5.0/24'], [65001, 65001]))]),
      series([at('10:00:30', (w) => announces(w, LON, ['10.10.5.0/24'], [65001, 65077]))]),
    ],
    not: [
      // a more specific prefix from the same circuit and origin as the covering prefix
      series([at('10:00:30', (w) => announces(w, LON, ['10.10.5.0/24'], [65001]))]),
      // a prefix that already existed earlier
      series([
        at('9:50:01', (w) => announces(w, AMS, ['10.10.5.0/24'], [65001, 65001])),
        at('9:55:30', (w) => withdraws(w, AMS, ['10.10.5.0/24'])),
        at('10:00:30', (w) => announces(w, AMS, ['10.10.5.0/24'], [65001, 65001])),
      ]),
      // a prefix that is only inside the default route
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
      // a prefix that has been known for less than a week has no usual origin
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
      // another site's circuit announces a prefix through its own network
      series(
        [at('9:50:01', (w) => withdraws(w, AMS, [A1])), at('10:00:30', (w) => announces(w, AMS, [A1], [65002, 65001]))],
        { world: having((w) => (announces(w, AMS, B, [65002]), w.sites.push(dcA)), t2) },
      ),
    ],
    not: [
      series([at('10:00:30', (w) => announces(w, LON, A, [65001, 65001, 65001]))]),
      // another path has contained this ASN since the first table
      series([at('10:00:30', (w) => announces(w, LON, [A1], [65002, 65001]))], {
        world: having((w) => announces(w, AMS, B, [65002, 65001])),
      }),
      series([at('10:00:30', (w) => withdraws(w, LON, B))]),
    ],
  },
  route_churn: {
    raises: [series(restless(many(6), 8), { to: '10:20' }), series(restless(many(40), 7), { to: '10:20' })],
    not: [
      // changes for only four minutes
      series(restless(many(6), 4), { to: '10:20' }),
      // only 8 changes per minute
      series(restless(many(2), 12), { to: '10:20' }),
      // changes of the first table after sessions came up
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
  n1_stranding: {
    raises: [
      series([at('10:00:30', (w) => withdraws(w, AMS, [A1]))], { world: withSite }),
      // prefixes that the home withdraws depend on the other circuit
      series([at('10:00:30', (w) => withdraws(w, LON, [A1]))], { world: withSite }),
    ],
    not: [
      series([at('10:00:30', (w) => withdraws(w, AMS, [A1]))]),
      // the site still has one path of the circuit
      series([at('10:00:30', (w) => withdraws(w, ['10.0.4.6'], A))], { world: withSite }),
      // no route is left that a further loss could remove
      series([at('10:00:30', (w) => withdraws(w, ALL, A))], { world: withSite }),
      // the site has depended on one circuit since the first poll
      series([], { world: having((world) => void withdraws(world, AMS, A), withSite) }),
    ],
  },
  failback_pending: {
    raises: [
      // the sessions are back, but their announcements are not
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
      // contains the watched prefix, but is not inside it
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
      // the other instance of the gateway still has the route
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
