/** Paths that come and go, and sessions that flap in sight. */
import type { ScenarioData } from '../scenario.ts'
import { AMS, aroundTen, circuitDown, fault, GW, LON, longerAroundTen, near, pathDown, site } from './frame.ts'

const lost = (instance: string, neighbor: string, at: string, until: string) =>
  ({ op: 'session-loss', gateway: GW, instance, neighbor, at, until }) as const
const customer = (path: 'primary' | 'secondary', at: string, until: string, word = 'Idle') =>
  ({ op: 'session-loss', circuit: LON, path, at, until, word, routesAfter: '6s' }) as const

const seenFlapping: ScenarioData = {
  ...longerAroundTen,
  ...fault,
  id: 'S101',
  title: 'A session is down three times in half an hour, and seen so',
  truth: [
    lost('10.0.4.12', '10.0.4.6', '10:00:10', '10:01:40'),
    lost('10.0.4.12', '10.0.4.6', '10:10:10', '10:11:40'),
    lost('10.0.4.12', '10.0.4.6', '10:20:10', '10:21:40'),
  ],
  expect: [
    {
      event: 'session_flapping',
      subject: '10.0.4.12~10.0.4.6',
      sees: 'ps',
      at: '10:01:40',
      proved: '10:21:40',
      told: 'duration',
      severity: 'major',
    },
  ],
  forbid: [{ event: 'peer_lost' }, { event: 'gateway_instance_lost' }],
  pages: 1,
}

const slowRestarts: ScenarioData = {
  ...near,
  id: 'S102',
  title: 'Three restarts, no three of them in half an hour',
  topology: 'T2',
  start: '09:55:00',
  end: '11:20:00',
  truth: [
    lost('10.0.4.13', '10.0.4.5', '10:00:20', '10:00:41'),
    lost('10.0.4.13', '10.0.4.5', '10:18:20', '10:18:41'),
    lost('10.0.4.13', '10.0.4.5', '10:36:20', '10:36:41'),
  ],
  forbid: [{ event: 'session_flapping' }, { event: 'peer_lost' }, { event: 'gateway_instance_lost' }],
}

const briefReturn: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S105',
  title: 'A path returns for seven seconds only',
  truth: [customer('primary', '10:00:30', '10:08:08'), customer('primary', '10:08:15', '10:14:30')],
  expect: [
    { event: 'redundancy_lost', subject: LON, sees: 'cs', at: '10:00:30', until: '10:14:30' },
    { event: 'redundancy_restored', subject: LON, sees: 'cs', at: '10:14:30', told: 'upDown', samples: 2 },
    { ...pathDown(LON, 'primary', '10:00:30', '10:14:30'), ends: undefined },
    // whoever asks in these seconds sees one life more
    { event: 'redundancy_restored', subject: LON, sees: 'cs', at: '10:08:08', told: 'upDown', until: '10:08:15' },
    { event: 'redundancy_lost', subject: LON, sees: 'cs', at: '10:08:15', between: ['10:08:08', '10:08:15'] },
    { event: 'path_down', subject: 'ckt-lon/primary', sees: 'cs', at: '10:08:15', between: ['10:08:08', '10:08:15'] },
    {
      event: 'ecmp_reduced',
      subject: '10.0.4.4,10.0.4.5 > 10.0.4.5',
      sees: 'lr',
      at: '10:00:32',
      until: '10:14:36',
    },
    { event: 'ecmp_restored', subject: '10.0.4.4,10.0.4.5 > 10.0.4.5', sees: 'lr', at: '10:14:36' },
  ],
  forbid: [{ event: 'circuit_down' }, { event: 'failover' }],
  pages: 1,
}

const onePathBack: ScenarioData = {
  ...longerAroundTen,
  ...fault,
  id: 'S113',
  title: 'A circuit returns on one of its paths only',
  truth: [
    { op: 'cut-path', circuit: AMS, path: 'primary', at: '10:00:30', until: '10:19:48' },
    { op: 'cut-path', circuit: AMS, path: 'secondary', at: '10:00:30' },
  ],
  expect: [
    ...circuitDown(AMS, '10:00:31', '10:20:00').slice(0, 2),
    { event: 'path_down', subject: `${AMS}/secondary`, sees: 'cs', at: '10:00:31' },
    { event: 'failover', subject: 'ckt-ams > ckt-lon', sees: 'lr', at: '10:00:33', until: '10:20:06' },
    { event: 'failback', subject: 'ckt-ams > ckt-lon', sees: 'lr', at: '10:20:06' },
    site('dc-b', '10:00:33', '10:20:06'),
  ],
  forbid: [{ event: 'redundancy_restored' }, { event: 'no_path' }, { event: 'failback_pending' }],
  pages: 1,
}

const isolatedVpn: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S106',
  title: 'The only device behind a VPN gateway is lost',
  topology: 'TV',
  truth: [{ op: 'session-loss', gateway: 'vpngw-hub', neighbor: '10.200.0.1', at: '10:00:20', until: '10:12:30' }],
  expect: [
    {
      event: 'gateway_isolated',
      subject: 'vpngw-hub',
      sees: 'ps',
      source: 'vpngw-hub',
      at: '10:00:20',
      until: '10:12:30',
      severity: 'critical',
      ends: { at: '10:12:30', told: 'duration' },
    },
    { event: 'no_path', subject: 'br1', sees: 'lr', source: 'vpngw-hub', at: '10:00:20', until: '10:12:33' },
    { ...site('br1', '10:00:20', '10:12:33', 'critical'), source: 'vpngw-hub' },
  ],
  forbid: [
    { event: 'failover' },
    { event: 'gateway_instance_lost', alone: true },
    { event: 'mass_withdraw', alone: true },
  ],
  pages: 1,
}

const isAdminDown: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S110',
  title: 'Microsoft holds one session down although its peering is enabled',
  truth: [customer('secondary', '10:00:30', '10:12:30', 'Idle (Admin)')],
  expect: [
    pathDown(LON, 'secondary', '10:00:30', '10:12:30'),
    { event: 'redundancy_lost', subject: LON, sees: 'cs', at: '10:00:30', until: '10:12:30' },
    { event: 'redundancy_restored', subject: LON, sees: 'cs', at: '10:12:30', told: 'upDown', samples: 2 },
    { event: 'ecmp_reduced', subject: '10.0.4.4,10.0.4.5 > 10.0.4.4', sees: 'lr', at: '10:00:32', until: '10:12:36' },
    { event: 'ecmp_restored', subject: '10.0.4.4,10.0.4.5 > 10.0.4.4', sees: 'lr', at: '10:12:36' },
  ],
  forbid: [{ event: 'peering_disabled' }, { event: 'peering_enabled' }, { event: 'prefix_limit_exceeded' }],
  pages: 1,
}

export const redundancy: readonly ScenarioData[] = [
  seenFlapping,
  slowRestarts,
  briefReturn,
  onePathBack,
  isolatedVpn,
  isAdminDown,
]
