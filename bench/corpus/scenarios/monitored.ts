/** What Azure Monitor says beside the polls: bit rates, availability, tests of reachability. */
import type { ScenarioData } from '../scenario.ts'
import { AMS, aroundTen, type Expected, fault, GW, LON, longerAroundTen, near, pathDown, type Truth } from './frame.ts'

const METRICS = { also: ['mx'] } satisfies Partial<ScenarioData>
/** A test from the hub to a host in the first data centre, which London carries. */
const TESTED = {
  also: ['pr'],
  patch: {
    monitors: {
      reach: {
        group: 'rg-edge',
        tests: [
          { name: 'dc-a-host', vnet: 'vnet-hub', source: '10.100.0.10', site: 'dc-a', destination: '10.10.0.10' },
        ],
      },
    },
  },
} satisfies Partial<ScenarioData>

const FLAT = { sees: 'st', samples: 3, flat: '5:00' } as const
const dead = (subject: string, at: string, until: string, more: Partial<Expected> = {}): Expected => ({
  event: 'green_but_dead',
  subject,
  ...FLAT,
  at,
  until,
  ends: { at: until },
  pages: 1,
  ...more,
})

/** A single path is dead for too short a time for its counters alone, which must stand still over two windows. */
const onePath: ScenarioData = {
  ...aroundTen,
  ...fault,
  ...METRICS,
  id: 'S250',
  title: 'One path is dead for nine minutes, and its bit rates say so too',
  truth: [{ op: 'blackhole', circuit: LON, path: 'primary', at: '10:00:30', until: '10:09:30' }],
  expect: [dead(`${LON}/primary`, '10:00:30', '10:09:30', { severity: 'major' })],
  forbid: [{ event: 'one_way_traffic' }],
  pages: 0,
}

const otherPath: ScenarioData = {
  ...onePath,
  id: 'S251',
  title: 'The same of the other circuit’s second path',
  truth: [{ op: 'blackhole', circuit: AMS, path: 'secondary', at: '10:05:30', until: '10:14:30' }],
  expect: [dead(`${AMS}/secondary`, '10:05:30', '10:14:30', { severity: 'major' })],
}

const standingCounters = (id: string, circuit: string, for_: [string, string]): ScenarioData => ({
  ...aroundTen,
  ...near,
  ...METRICS,
  id,
  title: `Counters of ${circuit} stand still while its bit rates go on`,
  truth: [
    { op: 'api-fault', fault: 'cached', operation: 'circuit.stats', resource: circuit, at: for_[0], until: for_[1] },
  ],
  forbid: [{ event: 'green_but_dead' }, { event: 'one_way_traffic' }],
})

const testFails: ScenarioData = {
  ...aroundTen,
  ...fault,
  ...TESTED,
  id: 'S254',
  title: 'Green but dead, and a test through the circuit fails',
  truth: [{ op: 'blackhole', circuit: LON, at: '10:00:30', until: '10:14:30' }],
  expect: [dead(LON, '10:00:30', '10:14:30', { severity: 'critical', cause: 'forwarding_fault', confidence: 0.7 })],
  pages: 0,
}

const testPasses: ScenarioData = {
  ...testFails,
  id: 'S255',
  title: 'Green but dead, and the only test goes over the other circuit',
  truth: [{ op: 'blackhole', circuit: AMS, at: '10:00:30', until: '10:14:30' }],
  expect: [dead(AMS, '10:00:30', '10:14:30', { severity: 'critical', cause: 'forwarding_fault', confidence: 0.5 })],
}

const lossy = (id: string, circuit: string, share: number): ScenarioData => ({
  ...aroundTen,
  ...near,
  ...TESTED,
  id,
  title: `A test fails where ${share * 100} % of the packets of ${circuit} are lost, and bytes still move`,
  truth: [{ op: 'blackhole', circuit, share, at: '10:00:30', until: '10:14:30' }],
  forbid: [{ event: 'green_but_dead' }, { event: 'no_path' }],
})

const core = (neighbor: string, at: string, until: string): Truth => ({
  op: 'session-loss',
  gateway: GW,
  neighbor,
  at,
  until,
})
const lostPeer = (neighbor: string, at: string, until: string): Expected => ({
  event: 'peer_lost',
  subject: neighbor,
  sees: 'ps',
  at,
  until,
  ends: { at: until, told: 'duration' },
  cause: 'msee_core_maintenance',
  confidence: 0.7,
})
const ways = (before: string, after: string, at: string, until: string): Expected[] => [
  { event: 'ecmp_reduced', subject: `${before} > ${after}`, sees: 'lr', at, until },
  // seen by who saw that it had been otherwise
  { event: 'ecmp_restored', subject: `${before} > ${after}`, sees: 'lr', at: until, between: [at, until] },
]

const betweenEdgeAndCore: ScenarioData = {
  ...aroundTen,
  ...fault,
  ...METRICS,
  id: 'S258',
  title: 'Maintenance between edge and core, and BgpAvailability falls with it',
  truth: [core('10.0.4.4', '10:00:05', '10:14:30')],
  expect: [
    lostPeer('10.0.4.4', '10:00:05', '10:14:30'),
    ...ways('10.0.4.4,10.0.4.5', '10.0.4.5', '10:00:05', '10:14:33'),
  ],
  forbid: [{ event: 'path_down' }, { event: 'green_but_dead' }],
  pages: 0,
}

/** Over before Azure Monitor tells of its first minute. */
const shortly: ScenarioData = {
  ...betweenEdgeAndCore,
  id: 'S259',
  title: 'The same for three minutes: what the metric says arrives after it',
  truth: [core('10.0.4.7', '10:01:05', '10:04:30')],
  expect: [
    lostPeer('10.0.4.7', '10:01:05', '10:04:30'),
    ...ways('10.0.4.6,10.0.4.7', '10.0.4.6', '10:01:05', '10:04:33'),
  ],
}

/** The edge router is gone towards both sides: BgpAvailability is as low, and it is no work in the core. */
const wholeRouter: ScenarioData = {
  ...aroundTen,
  ...fault,
  ...METRICS,
  id: 'S260',
  title: 'An edge router is gone towards both sides, and BgpAvailability with it',
  truth: [{ op: 'msee-loss', circuit: LON, path: 'primary', at: '10:00:30', until: '10:14:30' }],
  expect: [
    pathDown(LON, 'primary', '10:00:31', '10:14:42'),
    { event: 'ecmp_restored', subject: '10.0.4.4,10.0.4.5 > 10.0.4.5', sees: 'lr', at: '10:14:48' },
  ],
  forbid: [{ cause: 'msee_core_maintenance' }],
  pages: 1,
}

/** The gateway is being changed: its sessions with every edge router restart. */
const changedGateway: ScenarioData = {
  ...longerAroundTen,
  ...fault,
  ...METRICS,
  id: 'S261',
  title: 'A gateway is changed, and BgpAvailability of everything behind it falls',
  truth: [
    { op: 'configuration', kind: 'gateway', name: GW, set: { sku: 'ErGw2AZ' }, at: '10:00:05', logDelay: '2m' },
    core('10.0.4.4', '10:00:30', '10:05:30'),
  ],
  expect: [
    { ...lostPeer('10.0.4.4', '10:00:30', '10:05:30'), cause: 'gateway_change', confidence: 0.95 },
    ...ways('10.0.4.4,10.0.4.5', '10.0.4.5', '10:00:30', '10:05:33'),
  ],
  forbid: [{ cause: 'msee_core_maintenance' }],
  pages: 0,
}

export const monitored: readonly ScenarioData[] = [
  onePath,
  otherPath,
  standingCounters('S252', LON, ['10:00:30', '10:14:30']),
  standingCounters('S253', AMS, ['10:02:30', '10:12:30']),
  testFails,
  testPasses,
  lossy('S256', LON, 0.6),
  lossy('S257', LON, 0.9),
  betweenEdgeAndCore,
  shortly,
  wholeRouter,
  changedGateway,
]
