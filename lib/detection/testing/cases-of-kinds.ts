import {
  SITE_A_PREFIXES,
  SITE_B_PREFIXES,
  SITE_C_PREFIXES,
  HUB_GATEWAY_NAME,
  GATEWAY_INSTANCE_ADDRESSES,
  createTwoCircuitEstate,
  t2v,
  createThreeCircuitEstate,
} from './estates.ts'
import type { TestTimelineChange, TestTimeline } from '#lib/poller/memory/testing/timeline.ts'
import {
  announceSimulatedPrefixes,
  endSimulatedCustomerSession,
  endSimulatedNeighborSessions,
  startSimulatedCustomerSession,
  startSimulatedNeighborSessions,
  withdrawSimulatedPrefixes,
} from './happenings.ts'
import type { SeriesOfKind } from './kind-cases.ts'
import type { SimulatedEstate } from './world.ts'

const LON = ['10.0.4.4', '10.0.4.5']
const AMS = ['10.0.4.6', '10.0.4.7']
const ALL = [...LON, ...AMS]
const many = (n: number) => Array.from({ length: n }, (_, i) => `10.${70 + Math.floor(i / 200)}.${i % 200}.0/24`)

const at = (time: string, act: TestTimelineChange['do']): TestTimelineChange => ({ at: time, do: act })
const series = (truth: TestTimelineChange[], more: Partial<TestTimeline> = {}): TestTimeline => ({
  world: createTwoCircuitEstate,
  from: '9:55',
  to: '10:30',
  truth,
  ...more,
})
/** Begin of a series in which usual paths are known at 10:00, because that takes ten minutes. */
const LONG_SEEN: Partial<TestTimeline> = { from: '9:40' }
const both = (world: SimulatedEstate, circuit: string, act: (path: 'primary' | 'secondary') => void) => {
  void world.circuits.get(circuit)
  act('primary')
  act('secondary')
}
const intent = (part: 'provider' | 'peering' | 'circuit', word: string) => (world: SimulatedEstate) => {
  const circuit = world.circuits.get('ckt-lon')
  if (circuit) circuit.intent[part] = word
}
const isAdminDown = (world: SimulatedEstate) => {
  const own = world.path('ckt-lon', 'primary')
  Object.assign(own.ce, { up: false, word: 'stopped', azureWord: 'Idle (Admin)' })
  own.downReason = 'admin'
}
const counts = (count: number) => (world: SimulatedEstate) =>
  both(world, 'ckt-ams', (path) => (world.path('ckt-ams', path).prefixes = () => count))
const freeze = (neighbor: string, instance: string) => (world: SimulatedEstate) => {
  const own = world.neighbor(neighbor).sessions[instance]
  if (own) own.messagesFrozen = 19_000n
}
const thaw = (neighbor: string, instance: string) => (world: SimulatedEstate) => {
  const own = world.neighbor(neighbor).sessions[instance]
  if (own) own.messagesFrozen = null
}
const restart = (time: string) =>
  at(time, (world, when) => startSimulatedNeighborSessions(world, '10.0.4.4', when, ['10.0.4.12']))
const lonCe = (world: SimulatedEstate) =>
  both(world, 'ckt-lon', (path) => endSimulatedCustomerSession(world, 'ckt-lon', path))
const lonBack = (world: SimulatedEstate, when: number) =>
  both(world, 'ckt-lon', (path) => startSimulatedCustomerSession(world, 'ckt-lon', path, when))
const withdrawAll = (world: SimulatedEstate) =>
  withdrawSimulatedPrefixes(world, LON, [...SITE_A_PREFIXES, ...SITE_B_PREFIXES])
const sites = (make: () => SimulatedEstate) => () => {
  const world = make()
  world.sites.push(
    { name: 'DC-A', prefixes: SITE_A_PREFIXES, home: 'ckt-lon', routers: {} },
    { name: 'BR1', prefixes: SITE_C_PREFIXES, home: null, routers: {} },
  )
  return world
}

const deleteVpn = (world: SimulatedEstate) => void world.gateways.delete('vpngw-hub')
const restoreVpn = (world: SimulatedEstate) => void world.gateways.set('vpngw-hub', t2v().gateway('vpngw-hub'))

/** For each kind: series of steps that must raise it, and similar series that must not raise it. */
export const testTimelinesByEventKind: Record<string, SeriesOfKind> = {
  path_down: {
    raises: [
      // `Idle (Admin)` although the peering is enabled
      series([at('10:00:30', isAdminDown)]),
      series([at('10:00:30', (w) => endSimulatedCustomerSession(w, 'ckt-ams', 'secondary'))]),
      series([
        at('10:00:30', (w) => endSimulatedCustomerSession(w, 'ckt-lon', 'primary')),
        at('10:03:30', (w, t) => startSimulatedCustomerSession(w, 'ckt-lon', 'primary', t)),
      ]),
    ],
    not: [
      series([at('10:00:00', intent('peering', 'Disabled')), at('10:00:45', isAdminDown)]),
      // between two polls, so that only the session flaps and the path has no event
      series([
        at('10:00:20', (w) => endSimulatedCustomerSession(w, 'ckt-lon', 'primary')),
        at('10:00:50', (w, t) => startSimulatedCustomerSession(w, 'ckt-lon', 'primary', t)),
      ]),
      series([at('10:00:30', (w) => (w.path('ckt-lon', 'primary').arp = 'incomplete'))]),
      series([
        at('10:00:00', intent('peering', 'Disabled')),
        at('10:00:45', (w) => endSimulatedCustomerSession(w, 'ckt-lon', 'primary')),
      ]),
      series([], { collector: [{ kind: 'summary', from: '10:02:00', until: '10:20:00', outcome: 'timeout' }] }),
    ],
  },
  redundancy_lost: {
    raises: [
      series([at('10:00:30', (w) => endSimulatedCustomerSession(w, 'ckt-ams', 'secondary'))]),
      series([at('10:00:30', (w) => endSimulatedCustomerSession(w, 'ckt-lon', 'primary'))], {
        world: createThreeCircuitEstate,
      }),
    ],
    not: [
      series([at('10:00:30', (w) => endSimulatedNeighborSessions(w, '10.0.4.4'))]),
      series([], { collector: [{ kind: 'summary', from: '10:02:00', until: '10:20:00', outcome: 'unavailable' }] }),
      series([at('10:00:00', intent('provider', 'NotProvisioned'))]),
    ],
  },
  circuit_down: {
    raises: [
      series([at('10:00:30', lonCe)]),
      series([
        at('10:00:30', (w) => endSimulatedCustomerSession(w, 'ckt-lon', 'primary')),
        at('10:08:30', (w) => endSimulatedCustomerSession(w, 'ckt-lon', 'secondary')),
      ]),
      // the circuit's own polls fail, and the gateway has lost both of its edge routers
      series([at('10:00:30', (w) => LON.forEach((n) => endSimulatedNeighborSessions(w, n)))], {
        collector: [{ kind: 'summary', from: '10:00:00', until: '10:25:00', outcome: 'unavailable' }],
      }),
    ],
    not: [
      series([at('10:00:30', (w) => endSimulatedCustomerSession(w, 'ckt-lon', 'primary'))]),
      series([at('10:00:30', (w) => LON.forEach((n) => endSimulatedNeighborSessions(w, n)))]),
      series([], { collector: [{ kind: 'all', from: '10:00:00', until: '10:20:00', outcome: 'unavailable' }] }),
      series([at('10:00:00', intent('provider', 'NotProvisioned')), at('10:00:45', lonCe)]),
    ],
  },
  peer_lost: {
    raises: [
      series([at('10:00:30', (w) => endSimulatedNeighborSessions(w, '10.0.4.6'))]),
      series([
        at('10:00:30', (w) => endSimulatedNeighborSessions(w, '10.0.4.6', ['10.0.4.12'])),
        at('10:05:30', (w) => endSimulatedNeighborSessions(w, '10.0.4.6', ['10.0.4.13'])),
      ]),
    ],
    not: [
      series([at('10:00:30', (w) => endSimulatedNeighborSessions(w, '10.0.4.6', ['10.0.4.12']))]),
      series([
        at('10:00:20', (w) => endSimulatedNeighborSessions(w, '10.0.4.6')),
        at('10:00:45', (w, t) => startSimulatedNeighborSessions(w, '10.0.4.6', t)),
      ]),
      series([], { collector: [{ kind: 'peers', from: '10:00:00', until: '10:10:00', outcome: 'malformed' }] }),
    ],
  },
  gateway_instance_lost: {
    raises: [
      series([at('10:00:30', (w) => void w.gateway(HUB_GATEWAY_NAME).silent.add('10.0.4.13'))]),
      series([at('10:00:30', (w) => ALL.forEach((n) => endSimulatedNeighborSessions(w, n, ['10.0.4.13'])))]),
    ],
    not: [
      series([
        at('10:00:30', (w) => void w.gateway(HUB_GATEWAY_NAME).silent.add('10.0.4.13')),
        at('10:02:30', (w) => void w.gateway(HUB_GATEWAY_NAME).silent.delete('10.0.4.13')),
      ]),
      series([at('10:00:30', (w) => ALL.forEach((n) => endSimulatedNeighborSessions(w, n)))]),
      series([at('10:00:30', (w) => LON.forEach((n) => endSimulatedNeighborSessions(w, n, ['10.0.4.13'])))]),
    ],
  },
  gateway_instance_restarted: {
    raises: [
      series([at('10:00:30', (w, t) => ALL.forEach((n) => startSimulatedNeighborSessions(w, n, t, ['10.0.4.13'])))]),
      series([
        at('10:00:20', (w, t) => LON.forEach((n) => startSimulatedNeighborSessions(w, n, t, ['10.0.4.12']))),
        at('10:00:50', (w, t) => AMS.forEach((n) => startSimulatedNeighborSessions(w, n, t, ['10.0.4.12']))),
      ]),
    ],
    not: [
      // only the instance's sessions with one circuit restart
      series([at('10:00:30', (w, t) => LON.forEach((n) => startSimulatedNeighborSessions(w, n, t, ['10.0.4.13'])))]),
      // the neighbors restart, on both instances
      series([at('10:00:30', (w, t) => ALL.forEach((n) => startSimulatedNeighborSessions(w, n, t)))]),
      // a poll saw the instance down
      series([
        at('10:00:30', (w) => ALL.forEach((n) => endSimulatedNeighborSessions(w, n, ['10.0.4.13']))),
        at('10:01:30', (w, t) => ALL.forEach((n) => startSimulatedNeighborSessions(w, n, t, ['10.0.4.13']))),
      ]),
    ],
  },
  gateway_isolated: {
    raises: [
      series([at('10:00:30', (w) => ALL.forEach((n) => endSimulatedNeighborSessions(w, n)))]),
      series([at('10:00:30', (w) => endSimulatedNeighborSessions(w, '10.200.0.1'))], { world: t2v }),
    ],
    not: [
      series([at('10:00:30', (w) => LON.forEach((n) => endSimulatedNeighborSessions(w, n)))]),
      series(
        [
          at(
            '10:00:30',
            (w) => void GATEWAY_INSTANCE_ADDRESSES.forEach((i) => w.gateway(HUB_GATEWAY_NAME).silent.add(i)),
          ),
        ],
        {
          collector: [
            {
              kind: 'peers',
              from: '10:00:00',
              until: '10:20:00',
              outcome: 'incomplete',
              silent: [...GATEWAY_INSTANCE_ADDRESSES],
            },
          ],
        },
      ),
    ],
  },
  gateway_changing: {
    raises: [
      series([at('10:00:00', (w) => (w.gateway(HUB_GATEWAY_NAME).provisioningState = 'Updating'))]),
      series([
        at('10:00:00', (w) => (w.gateway(HUB_GATEWAY_NAME).provisioningState = 'Updating')),
        at('10:10:00', (w) => (w.gateway(HUB_GATEWAY_NAME).provisioningState = 'Succeeded')),
      ]),
    ],
    not: [series([]), series([at('10:00:00', intent('peering', 'Disabled'))])],
  },
  keepalive_stall: {
    raises: [
      series([at('10:00:30', freeze('10.0.4.6', '10.0.4.12'))]),
      series([at('10:00:30', freeze('10.0.4.6', '10.0.4.12')), at('10:03:30', thaw('10.0.4.6', '10.0.4.12'))]),
    ],
    not: [
      series([at('10:00:30', freeze('10.0.4.6', '10.0.4.12')), at('10:02:30', thaw('10.0.4.6', '10.0.4.12'))]),
      series([at('10:00:30', (w) => endSimulatedNeighborSessions(w, '10.0.4.6'))]),
    ],
  },
  session_flapping: {
    raises: [
      series(['10:00:30', '10:05:30', '10:10:30'].map(restart)),
      // the age differs in each poll, because an answer equal to the previous answer would count as cached
      series(['10:00:30', '10:01:31', '10:02:32', '10:03:33'].map(restart)),
    ],
    not: [
      series(['10:00:30', '10:05:30'].map(restart)),
      series(['10:00:30', '10:16:30', '10:32:30'].map(restart), { to: '10:40' }),
    ],
  },
  mass_withdraw: {
    raises: [
      series([at('10:00:30', (w) => withdrawSimulatedPrefixes(w, AMS, SITE_A_PREFIXES))]),
      series([at('10:00:30', (w) => withdrawSimulatedPrefixes(w, ['10.0.4.4'], SITE_A_PREFIXES.slice(0, 3)))]),
    ],
    not: [
      series([at('10:00:30', (w) => withdrawSimulatedPrefixes(w, AMS, SITE_A_PREFIXES.slice(0, 2)))]),
      // only on one instance, together with its session
      series([at('10:00:30', (w) => endSimulatedNeighborSessions(w, '10.0.4.6', ['10.0.4.12']))]),
      series([], {
        collector: [
          { kind: 'learned', from: '10:03:00', until: '10:06:00', outcome: 'incomplete', silent: ['10.0.4.13'] },
        ],
      }),
    ],
  },
  mass_announce: {
    raises: [
      series([at('10:00:30', (w) => announceSimulatedPrefixes(w, AMS, many(60), [65001]))]),
      series([at('10:00:30', (w) => announceSimulatedPrefixes(w, ['10.0.4.4'], many(50), [65001]))]),
    ],
    not: [
      series([at('10:00:30', (w) => announceSimulatedPrefixes(w, AMS, many(49), [65001]))]),
      series([
        at('10:00:30', (w) => announceSimulatedPrefixes(w, AMS, many(30), [65001])),
        at('10:05:30', (w) => announceSimulatedPrefixes(w, AMS, many(60), [65001])),
      ]),
    ],
  },
  default_route_appeared: {
    raises: [
      series([at('10:00:30', (w) => announceSimulatedPrefixes(w, AMS, ['0.0.0.0/0'], [65001]))]),
      series([at('10:00:30', (w) => announceSimulatedPrefixes(w, ['10.0.4.4'], ['::/0'], [65001]))]),
    ],
    not: [
      series([at('10:00:30', (w) => announceSimulatedPrefixes(w, AMS, ['0.0.0.0/1'], [65001]))]),
      series([
        at('9:50:30', (w) => announceSimulatedPrefixes(w, ['10.0.4.4'], ['0.0.0.0/0'], [65001])),
        at('10:00:30', (w) => announceSimulatedPrefixes(w, ['10.0.4.5'], ['0.0.0.0/0'], [65001])),
      ]),
    ],
  },
  default_route_disappeared: {
    raises: [
      series([
        at('9:50:30', (w) => announceSimulatedPrefixes(w, AMS, ['0.0.0.0/0'], [65001])),
        at('10:00:30', (w) => withdrawSimulatedPrefixes(w, AMS, ['0.0.0.0/0'])),
      ]),
      series([
        at('9:50:30', (w) => announceSimulatedPrefixes(w, LON, ['::/0'], [65001])),
        at('10:00:30', (w) => withdrawSimulatedPrefixes(w, LON, ['::/0'])),
      ]),
    ],
    not: [
      series([
        at('9:50:30', (w) => announceSimulatedPrefixes(w, AMS, ['0.0.0.0/0'], [65001])),
        at('10:00:30', (w) => withdrawSimulatedPrefixes(w, ['10.0.4.6'], ['0.0.0.0/0'])),
      ]),
      series([
        at('9:50:30', (w) => announceSimulatedPrefixes(w, AMS, ['0.0.0.0/0'], [65001])),
        at('10:00:30', (w) => announceSimulatedPrefixes(w, AMS, ['0.0.0.0/0'], [65001, 65001])),
      ]),
    ],
  },
  own_space_heard: {
    raises: [
      series([at('10:00:30', (w) => announceSimulatedPrefixes(w, AMS, ['10.101.0.0/16'], [65001]))]),
      series([at('10:00:30', (w) => announceSimulatedPrefixes(w, ['10.0.4.4'], ['10.100.255.0/24'], [65001]))]),
    ],
    not: [
      series([at('10:00:30', (w) => announceSimulatedPrefixes(w, AMS, ['10.102.0.0/16'], [65001]))]),
      // contains the network's space, but is not a part of it
      series([at('10:00:30', (w) => announceSimulatedPrefixes(w, AMS, ['10.100.0.0/15'], [65001]))]),
    ],
  },
  prefix_headroom: {
    raises: [series([at('10:00:30', counts(3_200))]), series([at('10:00:30', counts(3_999))])],
    not: [series([at('10:00:30', counts(3_199))]), series([at('10:00:30', lonCe)])],
  },
  prefix_limit_exceeded: {
    raises: [
      series([
        at('10:00:30', (w) => {
          const own = w.path('ckt-ams', 'primary')
          own.ce.up = false
          own.downReason = 'prefixLimit'
        }),
      ]),
      series([
        at('10:00:30', counts(3_990)),
        at('10:05:30', (w) => endSimulatedCustomerSession(w, 'ckt-ams', 'primary')),
      ]),
    ],
    not: [
      series([
        at('10:00:30', counts(3_800)),
        at('10:05:30', (w) => endSimulatedCustomerSession(w, 'ckt-ams', 'primary')),
      ]),
      series([
        at('10:00:30', (w) => {
          const own = w.path('ckt-ams', 'primary')
          own.ce.up = false
          own.downReason = 'admin'
        }),
      ]),
    ],
  },
  ecmp_reduced: {
    raises: [
      series([at('10:00:30', (w) => withdrawSimulatedPrefixes(w, ['10.0.4.4'], SITE_A_PREFIXES.slice(0, 1)))]),
      series([at('10:00:30', (w) => endSimulatedNeighborSessions(w, '10.0.4.7'))]),
    ],
    not: [
      series([at('10:00:30', (w) => endSimulatedNeighborSessions(w, '10.0.4.7', ['10.0.4.12']))]),
      // the withdrawn paths were not among the best paths
      series([at('10:00:30', (w) => withdrawSimulatedPrefixes(w, ['10.0.4.6'], SITE_A_PREFIXES))]),
    ],
  },
  failover: {
    raises: [
      series([at('10:00:30', lonCe), at('10:00:32', withdrawAll)]),
      series([at('10:00:30', (w) => LON.forEach((n) => endSimulatedNeighborSessions(w, n)))]),
    ],
    not: [
      series([at('10:00:30', (w) => withdrawSimulatedPrefixes(w, LON, SITE_A_PREFIXES))]),
      series([
        at('10:00:30', (w) => endSimulatedCustomerSession(w, 'ckt-lon', 'primary')),
        at('10:00:32', (w) => withdrawSimulatedPrefixes(w, ['10.0.4.4'], [...SITE_A_PREFIXES, ...SITE_B_PREFIXES])),
      ]),
    ],
  },
  best_path_shift: {
    raises: [
      series([at('10:00:30', (w) => withdrawSimulatedPrefixes(w, LON, SITE_A_PREFIXES))], LONG_SEEN),
      series(
        [at('10:00:30', (w) => announceSimulatedPrefixes(w, ['10.0.4.5'], SITE_A_PREFIXES, [65001, 65001, 65001]))],
        LONG_SEEN,
      ),
      // afterwards a shorter prefix of another circuit carries the routes
      series(
        [
          at('9:50:30', (w) => announceSimulatedPrefixes(w, AMS, ['10.10.0.0/15'], [65001])),
          at('10:00:30', (w) => withdrawSimulatedPrefixes(w, ALL, SITE_A_PREFIXES.slice(0, 2))),
        ],
        LONG_SEEN,
      ),
    ],
    not: [
      series([at('10:00:30', (w) => announceSimulatedPrefixes(w, AMS, SITE_A_PREFIXES, [65001, 65001]))]),
      // a shorter prefix of the same circuit carries the routes
      series([
        at('9:50:30', (w) => announceSimulatedPrefixes(w, LON, ['10.10.0.0/15'], [65001])),
        at('10:00:30', (w) => withdrawSimulatedPrefixes(w, ALL, SITE_A_PREFIXES.slice(0, 2))),
      ]),
      series([at('10:00:30', lonCe), at('10:00:32', withdrawAll)]),
    ],
  },
  no_path: {
    raises: [
      series([at('10:00:30', (w) => withdrawSimulatedPrefixes(w, ALL, SITE_A_PREFIXES))], {
        world: sites(createTwoCircuitEstate),
      }),
      series([at('10:00:30', (w) => endSimulatedNeighborSessions(w, '10.200.0.1'))], { world: sites(t2v) }),
    ],
    not: [
      series([at('10:00:30', (w) => withdrawSimulatedPrefixes(w, LON, SITE_A_PREFIXES))], {
        world: sites(createTwoCircuitEstate),
      }),
      // a shorter prefix still covers the routes
      series(
        [
          at('9:50:30', (w) => announceSimulatedPrefixes(w, AMS, ['10.10.0.0/15'], [65001])),
          at('10:00:30', (w) => withdrawSimulatedPrefixes(w, ALL, SITE_A_PREFIXES.slice(0, 2))),
        ],
        {
          world: sites(createTwoCircuitEstate),
        },
      ),
      // the range is not declared, and no carrier of it was lost
      series([at('10:00:30', (w) => withdrawSimulatedPrefixes(w, ALL, SITE_A_PREFIXES))]),
    ],
  },
  provider_state_changed: {
    raises: [
      series([at('10:00:00', intent('provider', 'Deprovisioning'))]),
      series([at('10:00:00', intent('provider', 'NotProvisioned'))]),
    ],
    not: [
      series([at('10:00:00', intent('peering', 'Disabled'))]),
      series([at('9:49:00', intent('provider', 'Provisioning')), at('10:00:00', intent('provider', 'Provisioned'))]),
    ],
  },
  peering_disabled: {
    raises: [
      series([at('10:00:00', intent('peering', 'Disabled'))]),
      series([at('10:00:00', intent('peering', 'Disabled')), at('10:10:00', intent('peering', 'Enabled'))]),
    ],
    not: [
      series([at('10:00:00', intent('provider', 'NotProvisioned'))]),
      series([at('10:00:30', lonCe), at('10:05:30', lonBack)]),
    ],
  },
  peering_enabled: {
    raises: [
      series([at('10:00:00', intent('peering', 'Disabled')), at('10:10:00', intent('peering', 'Enabled'))]),
      series([at('9:49:00', intent('peering', 'Disabled')), at('10:00:00', intent('peering', 'Enabled'))]),
    ],
    not: [
      series([at('10:00:00', intent('peering', 'Disabled'))]),
      series([at('10:00:00', intent('provider', 'NotProvisioned')), at('10:05:00', intent('provider', 'Provisioned'))]),
    ],
  },
  resource_removed: {
    raises: [
      series([at('10:00:00', (w) => void w.circuits.delete('ckt-ams'))]),
      series([at('10:00:00', (w) => void w.gateways.delete('vpngw-hub'))], { world: t2v }),
    ],
    not: [
      series([], { collector: [{ kind: 'inventory', from: '10:00:00', until: '10:10:00', outcome: 'not_found' }] }),
      series([at('10:00:00', intent('circuit', 'Disabled'))]),
    ],
  },
  resource_returned: {
    raises: [
      series([at('10:00:00', deleteVpn), at('10:10:00', restoreVpn)], { world: t2v }),
      series([at('10:03:00', deleteVpn), at('10:06:30', restoreVpn)], { world: t2v }),
    ],
    not: [
      // a single list without the resource proves no removal, so that it cannot return
      series([at('10:00:00', deleteVpn), at('10:01:00', restoreVpn)], { world: t2v }),
      series([at('10:00:00', deleteVpn)], { world: t2v }),
    ],
  },
}
