import { SITE_A_PREFIXES, SITE_B_PREFIXES, createTwoCircuitEstate } from '../../../testing/estates.ts'
import { busyT2, setTrafficRatesOfBothPaths } from '../../../testing/flows.ts'
import {
  parseTimeOfSimulatedDay,
  type TestTimelineChange,
  type TestTimeline,
} from '#lib/poller/memory/testing/timeline.ts'
import {
  announceSimulatedPrefixes,
  endSimulatedCustomerSession,
  endSimulatedNeighborSessions,
  startSimulatedCustomerSession,
  startSimulatedNeighborSessions,
  withdrawSimulatedPrefixes,
} from '../../../testing/happenings.ts'
import type { SeriesOfKind } from '../../../testing/kind-cases.ts'
import type { SimulatedEstate } from '../../../testing/world.ts'

export const LONDON_PATH_NEIGHBORS = ['10.0.4.4', '10.0.4.5']
export const AMSTERDAM_PATH_NEIGHBORS = ['10.0.4.6', '10.0.4.7']
const ALL = [...LONDON_PATH_NEIGHBORS, ...AMSTERDAM_PATH_NEIGHBORS]
export const [SITE_A1_PREFIXES = '', SITE_A2_PREFIXES = ''] = SITE_A_PREFIXES
const paths = ['primary', 'secondary'] as const

export const createScheduledRouteChange = (time: string, act: TestTimelineChange['do']): TestTimelineChange => ({
  at: time,
  do: act,
})
export const createRouteTimeline = (truth: TestTimelineChange[], more: Partial<TestTimeline> = {}): TestTimeline => ({
  world: createTwoCircuitEstate,
  from: '9:50',
  to: '10:30',
  truth,
  ...more,
})
export const createPreparedWorldFactory =
  (
    prepare: (world: SimulatedEstate) => void,
    make: () => SimulatedEstate = createTwoCircuitEstate,
  ): (() => SimulatedEstate) =>
  () => {
    const world = make()
    prepare(world)
    return world
  }
const dcA = { name: 'DC-A', prefixes: SITE_A_PREFIXES, home: 'ckt-lon', routers: {} }
export const withSite = createPreparedWorldFactory((world) => void world.sites.push(dcA))
export const createWorldWithWatchedPrefixes = (...prefixes: string[]) =>
  createPreparedWorldFactory((world) => void world.watched.push(...prefixes))
export const createWorldWithActiveActivePolicy = createPreparedWorldFactory(
  (world) => void world.policies.push({ kind: 'active_active', circuits: ['ckt-lon'], prefixes: [] }),
)
const standby = (prefixes: string[], make: () => SimulatedEstate = busyT2) =>
  createPreparedWorldFactory((world) => {
    world.policies.push({ kind: 'active_standby', circuits: ['ckt-lon', 'ckt-ams'], prefixes })
  }, make)
const circuitsAlike = createPreparedWorldFactory((world) => {
  for (const neighbor of ALL)
    announceSimulatedPrefixes(world, [neighbor], [...SITE_A_PREFIXES, ...SITE_B_PREFIXES], [65001])
  world.policies.push({ kind: 'active_active', circuits: ['ckt-lon', 'ckt-ams'], prefixes: SITE_A_PREFIXES })
})
const lonCe = (world: SimulatedEstate) => paths.forEach((path) => endSimulatedCustomerSession(world, 'ckt-lon', path))
export const lonCeBack = (world: SimulatedEstate, when: number) =>
  paths.forEach((path) => startSimulatedCustomerSession(world, 'ckt-lon', path, when))
export const lonAway = [
  createScheduledRouteChange('10:00:30', lonCe),
  createScheduledRouteChange('10:00:32', (w) =>
    withdrawSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, [...SITE_A_PREFIXES, ...SITE_B_PREFIXES]),
  ),
]
export const listTestPrefixes = (n: number) =>
  Array.from({ length: n }, (_, i) => `10.${70 + Math.floor(i / 200)}.${i % 200}.0/24`)
/** Returns steps in which prefixes appear and disappear alternately between polls, for `minutes` minutes. */
export const createFlappingPrefixSteps = (
  prefixes: readonly string[],
  minutes: number,
  from = 600,
): TestTimelineChange[] =>
  Array.from({ length: minutes }, (_, minute) =>
    createScheduledRouteChange(clockText(from + minute), (w) =>
      minute % 2 === 0
        ? announceSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, prefixes, [65001])
        : withdrawSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, prefixes),
    ),
  )
const clockText = (minutes: number) => `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:30`

/** For each kind: series of steps that must raise it, and similar series that must not raise it. */
export const routeKindCases: Record<string, SeriesOfKind> = {
  parity_mismatch: {
    raises: [
      createRouteTimeline([
        createScheduledRouteChange('10:00:30', (w) =>
          withdrawSimulatedPrefixes(w, ['10.0.4.5'], SITE_A_PREFIXES.slice(2)),
        ),
      ]),
      createRouteTimeline([
        createScheduledRouteChange('10:00:30', (w) =>
          announceSimulatedPrefixes(w, ['10.0.4.5'], SITE_A_PREFIXES, [65001, 65001, 65001]),
        ),
      ]),
      createRouteTimeline([
        createScheduledRouteChange('10:00:30', (w) =>
          announceSimulatedPrefixes(w, ['10.0.4.6'], ['10.44.0.0/16'], [65001]),
        ),
      ]),
    ],
    not: [
      createRouteTimeline([
        createScheduledRouteChange('10:00:30', (w) =>
          withdrawSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, SITE_A_PREFIXES.slice(2)),
        ),
      ]),
      // a difference in only two samples
      createRouteTimeline([
        createScheduledRouteChange('10:00:30', (w) =>
          withdrawSimulatedPrefixes(w, ['10.0.4.5'], SITE_A_PREFIXES.slice(2)),
        ),
        createScheduledRouteChange('10:02:30', (w) =>
          announceSimulatedPrefixes(w, ['10.0.4.5'], SITE_A_PREFIXES.slice(2), [65001]),
        ),
      ]),
      createRouteTimeline([
        createScheduledRouteChange('10:00:30', (w) =>
          announceSimulatedPrefixes(w, ['10.0.4.5'], ['172.16.0.4/30'], [65001]),
        ),
      ]),
      createRouteTimeline([
        createScheduledRouteChange('10:00:30', (w) => endSimulatedCustomerSession(w, 'ckt-lon', 'primary')),
      ]),
      // the other path's table is not polled meanwhile
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            withdrawSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, SITE_A_PREFIXES),
          ),
        ],
        {
          collector: [{ kind: 'tables', from: '10:00:00', until: '10:10:00', outcome: 'timeout' }],
        },
      ),
    ],
  },
  unintended_active_passive: {
    raises: [
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, ['10.0.4.5'], SITE_A_PREFIXES, [65001, 65001, 65001]),
          ),
        ],
        { world: createWorldWithActiveActivePolicy },
      ),
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, ['10.0.4.4'], SITE_A_PREFIXES.slice(0, 2), [65001, 65001]),
          ),
        ],
        { world: createWorldWithActiveActivePolicy },
      ),
      // two circuits that are declared as equal
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, SITE_A_PREFIXES, [65001, 65001, 65001]),
          ),
        ],
        { world: circuitsAlike },
      ),
    ],
    not: [
      // two circuits that are neither declared as equal nor equal for a week
      createRouteTimeline([
        createScheduledRouteChange('10:00:30', (w) =>
          announceSimulatedPrefixes(w, ['10.0.4.5'], SITE_A_PREFIXES, [65001, 65001, 65001]),
        ),
      ]),
      // one of six prefixes, which is less than a fifth
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, ['10.0.4.5'], [SITE_A1_PREFIXES], [65001, 65001]),
          ),
        ],
        { world: createWorldWithActiveActivePolicy },
      ),
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, SITE_A_PREFIXES, [65001, 65001, 65001]),
          ),
        ],
        { world: createWorldWithActiveActivePolicy },
      ),
      createRouteTimeline(
        [createScheduledRouteChange('10:00:30', (w) => withdrawSimulatedPrefixes(w, ['10.0.4.5'], SITE_A_PREFIXES))],
        { world: createWorldWithActiveActivePolicy },
      ),
    ],
  },
  unexpected_active_active: {
    raises: [
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, SITE_A_PREFIXES, [65001]),
          ),
        ],
        { world: standby(SITE_A_PREFIXES), to: '10:40' },
      ),
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, SITE_A_PREFIXES, [65001]),
          ),
        ],
        { world: standby([]), to: '10:40' },
      ),
    ],
    not: [
      // equally announced, but the standby is still unused
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, SITE_A_PREFIXES, [65001]),
          ),
        ],
        {
          world: createPreparedWorldFactory(
            (w) => setTrafficRatesOfBothPaths(w, 'ckt-ams', { in: 2, out: 1 }, parseTimeOfSimulatedDay('9:40')),
            standby(SITE_A_PREFIXES),
          ),
          to: '10:40',
        },
      ),
      createRouteTimeline([], { world: standby(SITE_A_PREFIXES), to: '10:40' }),
      // no byte counters are reported
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, SITE_A_PREFIXES, [65001]),
          ),
        ],
        { world: standby(SITE_A_PREFIXES, createTwoCircuitEstate), to: '10:40' },
      ),
      // changed routes in ranges that the policy does not contain
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, SITE_B_PREFIXES, [65001]),
          ),
        ],
        { world: standby(SITE_A_PREFIXES), to: '10:40' },
      ),
    ],
  },
  more_specific: {
    raises: [
      createRouteTimeline([
        createScheduledRouteChange('10:00:30', (w) =>
          announceSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, ['10.10.5.0/24'], [65001, 65001]),
        ),
      ]),
      createRouteTimeline([
        createScheduledRouteChange('10:00:30', (w) =>
          announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, ['10.10.5.0/24'], [65001, 65077]),
        ),
      ]),
    ],
    not: [
      // a more specific prefix from the same circuit and origin as the covering prefix
      createRouteTimeline([
        createScheduledRouteChange('10:00:30', (w) =>
          announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, ['10.10.5.0/24'], [65001]),
        ),
      ]),
      // a prefix that already existed earlier
      createRouteTimeline([
        createScheduledRouteChange('9:50:01', (w) =>
          announceSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, ['10.10.5.0/24'], [65001, 65001]),
        ),
        createScheduledRouteChange('9:55:30', (w) =>
          withdrawSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, ['10.10.5.0/24']),
        ),
        createScheduledRouteChange('10:00:30', (w) =>
          announceSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, ['10.10.5.0/24'], [65001, 65001]),
        ),
      ]),
      // a prefix that is only inside the default route
      createRouteTimeline([
        createScheduledRouteChange('9:50:01', (w) =>
          announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, ['0.0.0.0/0'], [65001]),
        ),
        createScheduledRouteChange('10:00:30', (w) =>
          announceSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, ['10.99.5.0/24'], [65001]),
        ),
      ]),
      createRouteTimeline([
        createScheduledRouteChange('10:00:30', (w) =>
          announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, ['10.100.8.0/22'], [65001]),
        ),
      ]),
    ],
  },
  origin_change: {
    raises: [
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, [SITE_A1_PREFIXES], [65001, 64999]),
          ),
        ],
        { weekOld: true },
      ),
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, ['10.0.4.6'], [SITE_A1_PREFIXES, SITE_A2_PREFIXES], [65099]),
          ),
        ],
        { weekOld: true },
      ),
    ],
    not: [
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, [SITE_A1_PREFIXES], [65001, 65001, 65001]),
          ),
        ],
        { weekOld: true },
      ),
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, [SITE_A1_PREFIXES], [65002, 65001]),
          ),
        ],
        { weekOld: true },
      ),
      // a prefix that has been known for less than a week has no usual origin
      createRouteTimeline([
        createScheduledRouteChange('10:00:30', (w) =>
          announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, ['10.50.0.0/16'], [65001]),
        ),
        createScheduledRouteChange('10:05:30', (w) =>
          announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, ['10.50.0.0/16'], [65001, 64999]),
        ),
      ]),
    ],
  },
  unexpected_transit: {
    raises: [
      createRouteTimeline([
        createScheduledRouteChange('10:00:30', (w) =>
          announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, SITE_B_PREFIXES, [65001, 64900, 3356, 65001]),
        ),
      ]),
      createRouteTimeline([
        createScheduledRouteChange('10:00:30', (w) =>
          announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, listTestPrefixes(40), [65001, 3356]),
        ),
      ]),
      // another site's circuit announces a prefix through its own network
      createRouteTimeline(
        [
          createScheduledRouteChange('9:50:01', (w) =>
            withdrawSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, [SITE_A1_PREFIXES]),
          ),
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, [SITE_A1_PREFIXES], [65002, 65001]),
          ),
        ],
        {
          world: createPreparedWorldFactory(
            (w) => (
              announceSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, SITE_B_PREFIXES, [65002]), w.sites.push(dcA)
            ),
            createTwoCircuitEstate,
          ),
        },
      ),
    ],
    not: [
      createRouteTimeline([
        createScheduledRouteChange('10:00:30', (w) =>
          announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, SITE_A_PREFIXES, [65001, 65001, 65001]),
        ),
      ]),
      // another path has contained this ASN since the first table
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, [SITE_A1_PREFIXES], [65002, 65001]),
          ),
        ],
        {
          world: createPreparedWorldFactory((w) =>
            announceSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, SITE_B_PREFIXES, [65002, 65001]),
          ),
        },
      ),
      createRouteTimeline([
        createScheduledRouteChange('10:00:30', (w) =>
          withdrawSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, SITE_B_PREFIXES),
        ),
      ]),
    ],
  },
  route_churn: {
    raises: [
      createRouteTimeline(createFlappingPrefixSteps(listTestPrefixes(6), 8), { to: '10:20' }),
      createRouteTimeline(createFlappingPrefixSteps(listTestPrefixes(40), 7), { to: '10:20' }),
    ],
    not: [
      // changes for only four minutes
      createRouteTimeline(createFlappingPrefixSteps(listTestPrefixes(6), 4), { to: '10:20' }),
      // only 8 changes per minute
      createRouteTimeline(createFlappingPrefixSteps(listTestPrefixes(2), 12), { to: '10:20' }),
      // changes of the first table after sessions came up
      createRouteTimeline([
        createScheduledRouteChange('10:00:30', (w) => ALL.forEach((n) => endSimulatedNeighborSessions(w, n))),
        createScheduledRouteChange('10:05:30', (w, t) => ALL.forEach((n) => startSimulatedNeighborSessions(w, n, t))),
      ]),
    ],
  },
  site_state_changed: {
    raises: [
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            withdrawSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, SITE_A_PREFIXES),
          ),
        ],
        { world: withSite },
      ),
      createRouteTimeline(
        [createScheduledRouteChange('10:00:30', (w) => withdrawSimulatedPrefixes(w, ALL, [SITE_A1_PREFIXES]))],
        { world: withSite },
      ),
      createRouteTimeline(
        [createScheduledRouteChange('10:00:30', (w) => withdrawSimulatedPrefixes(w, ALL, SITE_A_PREFIXES))],
        { world: withSite },
      ),
    ],
    not: [
      createRouteTimeline([
        createScheduledRouteChange('10:00:30', (w) =>
          withdrawSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, SITE_A_PREFIXES),
        ),
      ]),
      createRouteTimeline(
        [createScheduledRouteChange('10:00:30', (w) => withdrawSimulatedPrefixes(w, ['10.0.4.4'], SITE_A_PREFIXES))],
        { world: withSite },
      ),
      createRouteTimeline(
        [createScheduledRouteChange('10:00:30', (w) => withdrawSimulatedPrefixes(w, ALL, SITE_B_PREFIXES))],
        { world: withSite },
      ),
      createRouteTimeline([], {
        world: withSite,
        collector: [{ kind: 'learned', from: '10:00:00', until: '10:15:00', outcome: 'timeout' }],
      }),
    ],
  },
  n1_stranding: {
    raises: [
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            withdrawSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, [SITE_A1_PREFIXES]),
          ),
        ],
        { world: withSite },
      ),
      // prefixes that the home withdraws depend on the other circuit
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            withdrawSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, [SITE_A1_PREFIXES]),
          ),
        ],
        { world: withSite },
      ),
    ],
    not: [
      createRouteTimeline([
        createScheduledRouteChange('10:00:30', (w) =>
          withdrawSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, [SITE_A1_PREFIXES]),
        ),
      ]),
      // the site still has one path of the circuit
      createRouteTimeline(
        [createScheduledRouteChange('10:00:30', (w) => withdrawSimulatedPrefixes(w, ['10.0.4.6'], SITE_A_PREFIXES))],
        { world: withSite },
      ),
      // no route is left that a further loss could remove
      createRouteTimeline(
        [createScheduledRouteChange('10:00:30', (w) => withdrawSimulatedPrefixes(w, ALL, SITE_A_PREFIXES))],
        { world: withSite },
      ),
      // the site has depended on one circuit since the first poll
      createRouteTimeline([], {
        world: createPreparedWorldFactory(
          (world) => void withdrawSimulatedPrefixes(world, AMSTERDAM_PATH_NEIGHBORS, SITE_A_PREFIXES),
          withSite,
        ),
      }),
    ],
  },
  failback_pending: {
    raises: [
      // the sessions are back, but their announcements are not
      createRouteTimeline([...lonAway, createScheduledRouteChange('10:05:30', lonCeBack)]),
      createRouteTimeline([
        createScheduledRouteChange('10:00:30', (w) =>
          LONDON_PATH_NEIGHBORS.forEach((n) => endSimulatedNeighborSessions(w, n)),
        ),
        createScheduledRouteChange('10:00:32', (w) =>
          withdrawSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, [...SITE_A_PREFIXES, ...SITE_B_PREFIXES]),
        ),
        createScheduledRouteChange('10:05:30', (w, t) =>
          LONDON_PATH_NEIGHBORS.forEach((n) => startSimulatedNeighborSessions(w, n, t)),
        ),
      ]),
    ],
    not: [
      createRouteTimeline(lonAway),
      createRouteTimeline([
        ...lonAway,
        createScheduledRouteChange('10:05:30', lonCeBack),
        createScheduledRouteChange('10:12:30', (w) =>
          announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, SITE_A_PREFIXES, [65001]),
        ),
        createScheduledRouteChange('10:12:31', (w) =>
          announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, SITE_B_PREFIXES, [65001, 65001, 65001]),
        ),
      ]),
      createRouteTimeline([
        createScheduledRouteChange('10:00:30', (w) =>
          withdrawSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, SITE_A_PREFIXES),
        ),
      ]),
    ],
  },
  route_announced: {
    raises: [
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, ['10.60.0.0/16'], [65001]),
          ),
        ],
        {
          world: createWorldWithWatchedPrefixes('10.60.0.0/16'),
        },
      ),
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, ['10.10.5.0/24'], [65001]),
          ),
        ],
        { world: createWorldWithWatchedPrefixes(SITE_A1_PREFIXES) },
      ),
    ],
    not: [
      createRouteTimeline([
        createScheduledRouteChange('10:00:30', (w) =>
          announceSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, ['10.60.0.0/16'], [65001]),
        ),
      ]),
      // contains the watched prefix, but is not inside it
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, AMSTERDAM_PATH_NEIGHBORS, ['10.0.0.0/8'], [65001]),
          ),
        ],
        { world: createWorldWithWatchedPrefixes(SITE_A1_PREFIXES) },
      ),
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, [SITE_A1_PREFIXES], [65001, 65001]),
          ),
        ],
        { world: createWorldWithWatchedPrefixes(SITE_A1_PREFIXES) },
      ),
    ],
  },
  route_withdrawn: {
    raises: [
      createRouteTimeline(
        [createScheduledRouteChange('10:00:30', (w) => withdrawSimulatedPrefixes(w, ['10.0.4.4'], [SITE_A1_PREFIXES]))],
        { world: createWorldWithWatchedPrefixes(SITE_A1_PREFIXES) },
      ),
      createRouteTimeline(
        [createScheduledRouteChange('10:00:30', (w) => endSimulatedNeighborSessions(w, '10.0.4.6'))],
        { world: createWorldWithWatchedPrefixes('10.0.0.0/8') },
      ),
    ],
    not: [
      createRouteTimeline(
        [createScheduledRouteChange('10:00:30', (w) => withdrawSimulatedPrefixes(w, ['10.0.4.4'], [SITE_A2_PREFIXES]))],
        { world: createWorldWithWatchedPrefixes(SITE_A1_PREFIXES) },
      ),
      // the other instance of the gateway still has the route
      createRouteTimeline(
        [createScheduledRouteChange('10:00:30', (w) => endSimulatedNeighborSessions(w, '10.0.4.4', ['10.0.4.12']))],
        { world: createWorldWithWatchedPrefixes(SITE_A1_PREFIXES) },
      ),
      createRouteTimeline([], {
        world: createWorldWithWatchedPrefixes(SITE_A1_PREFIXES),
        collector: [{ kind: 'learned', from: '10:00:00', until: '10:05:00', outcome: 'timeout' }],
      }),
    ],
  },
  path_change: {
    raises: [
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, [SITE_A1_PREFIXES], [65001, 65001]),
          ),
        ],
        { world: createWorldWithWatchedPrefixes(SITE_A1_PREFIXES) },
      ),
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, ['10.0.4.7'], [SITE_A2_PREFIXES], [65002]),
          ),
        ],
        { world: createWorldWithWatchedPrefixes('10.8.0.0/13') },
      ),
    ],
    not: [
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, [SITE_A1_PREFIXES], [65001]),
          ),
        ],
        { world: createWorldWithWatchedPrefixes(SITE_A1_PREFIXES) },
      ),
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            announceSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, [SITE_A2_PREFIXES], [65001, 65001]),
          ),
        ],
        { world: createWorldWithWatchedPrefixes(SITE_A1_PREFIXES) },
      ),
      createRouteTimeline(
        [
          createScheduledRouteChange('10:00:30', (w) =>
            withdrawSimulatedPrefixes(w, LONDON_PATH_NEIGHBORS, [SITE_A1_PREFIXES]),
          ),
        ],
        { world: createWorldWithWatchedPrefixes(SITE_A1_PREFIXES) },
      ),
    ],
  },
}
