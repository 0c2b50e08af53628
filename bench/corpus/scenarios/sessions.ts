/** Sessions, gateway instances and Microsoft routers. */
import type { ScenarioData } from '../scenario.ts'

const GW = 'ergw-hub'
const lost = (instance: string, neighbor: string, at: string, until: string) =>
  ({ op: 'session-loss', gateway: GW, instance, neighbor, at, until }) as const
/** @param up when it was up again */
const flap = (subject: string, up: string, t: [string, string], outage?: [string, string]) =>
  ({ event: 'session_flap', subject, sees: 'ps', at: up, t, ...(outage ? { outage } : {}) }) as const

const s06: ScenarioData = {
  id: 'S06',
  title: 'Sub-poll flap of one session',
  labels: ['fault'],
  topology: 'T2',
  start: '09:50:00',
  end: '10:35:00',
  truth: [lost('10.0.4.12', '10.0.4.4', '10:00:20', '10:00:41')],
  expect: [
    {
      ...flap('10.0.4.12~10.0.4.4', '10:00:41', ['10:00:40', '10:00:42'], ['0:00', '0:42']),
      severity: 'minor',
      det: '10:01:02',
    },
  ],
  forbid: [{ event: 'path_down' }, { event: 'mass_withdraw' }],
  pages: 0,
}

const s07: ScenarioData = {
  id: 'S07',
  title: 'Same MSEE, both instances flap',
  labels: ['fault'],
  topology: 'T2',
  start: '09:50:00',
  end: '10:35:00',
  truth: [lost('10.0.4.12', '10.0.4.5', '10:00:20', '10:00:41'), lost('10.0.4.13', '10.0.4.5', '10:00:20', '10:00:47')],
  expect: [
    flap('10.0.4.12~10.0.4.5', '10:00:41', ['10:00:40', '10:00:42'], ['0:00', '0:42']),
    flap('10.0.4.13~10.0.4.5', '10:00:47', ['10:00:46', '10:00:48'], ['0:00', '0:48']),
  ],
  forbid: [{ event: 'gateway_instance_lost' }, { event: 'session_flapping' }],
  pages: 0,
}

const s08: ScenarioData = {
  id: 'S08',
  title: 'Flap provable by message counters only',
  labels: ['fault'],
  topology: 'T2',
  start: '09:50:00',
  end: '10:35:00',
  truth: [
    lost('10.0.4.13', '10.0.4.6', '10:00:20', '10:00:41'),
    {
      op: 'api-fault',
      fault: 'null-duration',
      operation: 'gateway.peers',
      instance: '10.0.4.13',
      neighbor: '10.0.4.6',
      at: '09:00:00',
    },
  ],
  expect: [{ ...flap('10.0.4.13~10.0.4.6', '10:00:41', ['10:00:00', '10:01:02']), det: '10:01:02', confidence: 0.5 }],
  forbid: [],
  pages: 0,
}

const s09: ScenarioData = {
  id: 'S09',
  title: 'Flapping session',
  labels: ['fault'],
  topology: 'T2',
  start: '09:50:00',
  end: '11:25:00',
  truth: [
    lost('10.0.4.12', '10.0.4.4', '10:00:21', '10:00:41'),
    // not 20 s as the others: the sample of 10:05:01 must see it up, since none of the five is to be seen down
    lost('10.0.4.12', '10.0.4.4', '10:05:02', '10:05:11'),
    lost('10.0.4.12', '10.0.4.4', '10:09:31', '10:09:51'),
    lost('10.0.4.12', '10.0.4.4', '10:14:11', '10:14:31'),
    lost('10.0.4.12', '10.0.4.4', '10:18:41', '10:19:01'),
  ],
  expect: [
    flap('10.0.4.12~10.0.4.4', '10:00:41', ['10:00:40', '10:00:42']),
    flap('10.0.4.12~10.0.4.4', '10:05:11', ['10:05:10', '10:05:12']),
    {
      event: 'session_flapping',
      subject: '10.0.4.12~10.0.4.4',
      sees: 'ps',
      at: '10:09:51',
      det: '10:10:02',
      severity: 'major',
    },
  ],
  forbid: [{ event: 'path_down' }, { event: 'redundancy_lost' }],
  pages: 1,
  beyond: ['the clearing of session_flapping at 10:52:02, from the decay of the penalty'],
}

const s10: ScenarioData = {
  id: 'S10',
  title: 'Rolling gateway upgrade',
  labels: ['fault'],
  topology: 'T2',
  start: '01:50:00',
  end: '02:56:00',
  truth: [
    { op: 'instance-loss', gateway: GW, instance: '10.0.4.12', at: '02:00:10', until: '02:04:04', reconnect: '1s' },
    lost('10.0.4.12', '10.0.4.7', '02:00:10', '02:04:12'),
    { op: 'instance-loss', gateway: GW, instance: '10.0.4.13', at: '02:20:30', until: '02:24:39', reconnect: '1s' },
    lost('10.0.4.13', '10.0.4.7', '02:20:30', '02:24:47'),
  ],
  expect: [
    {
      event: 'gateway_instance_lost',
      subject: '10.0.4.12',
      sees: 'ps',
      at: '02:00:10',
      until: '02:04:04',
      samples: 3,
      t: ['02:00:00', '02:01:02'],
      det: '02:03:02',
      severity: 'minor',
      cause: 'gateway_instance_maintenance',
      confidence: 0.6,
      ends: { at: '02:04:05', told: 'duration', t: ['02:04:04', '02:04:06'] },
    },
    {
      event: 'gateway_instance_lost',
      subject: '10.0.4.13',
      sees: 'ps',
      at: '02:20:30',
      until: '02:24:39',
      samples: 3,
      t: ['02:20:00', '02:21:02'],
      det: '02:23:02',
      severity: 'minor',
      cause: 'gateway_instance_maintenance',
      confidence: 0.9,
      ends: { at: '02:24:40', told: 'duration', t: ['02:24:39', '02:24:41'] },
    },
  ],
  forbid: [
    { event: 'session_down', alone: true },
    { event: 'redundancy_lost' },
    { event: 'path_down' },
    { event: 'failover' },
    { event: 'mass_withdraw' },
  ],
  pages: 0,
}

const s11: ScenarioData = {
  id: 'S11',
  title: 'MSEE maintenance with prepend',
  labels: ['fault'],
  topology: 'T2',
  start: '21:50:00',
  end: '23:12:00',
  truth: [
    { op: 'prepend', circuit: 'ckt-lon', path: 'primary', asn: 12076, count: 8, at: '22:00:20', until: '22:40:18' },
    { op: 'session-loss', circuit: 'ckt-lon', path: 'primary', at: '22:10:15', until: '22:31:10' },
    { op: 'session-loss', gateway: GW, neighbor: '10.0.4.4', at: '22:10:20', until: '22:31:00' },
    {
      op: 'api-fault',
      fault: 'empty-table',
      operation: 'circuit.arp',
      resource: 'ckt-lon',
      path: 'primary',
      at: '22:10:15',
      until: '22:31:10',
    },
  ],
  expect: [
    {
      event: 'best_path_shift',
      subject: '10.0.4.4,10.0.4.5 > 10.0.4.5',
      sees: 'lr',
      at: '22:00:22',
      until: '22:10:17',
      t: ['22:00:05', '22:01:07'],
    },
    {
      event: 'path_down',
      subject: 'ckt-lon/primary',
      sees: 'cs',
      at: '22:10:15',
      until: '22:31:10',
      t: ['22:10:10', '22:11:12'],
      cause: 'msee_maintenance',
      confidence: 0.9,
      ends: { at: '22:31:10', told: 'upDown', t: ['22:31:08', '22:31:11'] },
      outage: ['19:56', '21:01'],
    },
    {
      event: 'peer_lost',
      subject: '10.0.4.4',
      sees: 'ps',
      at: '22:10:20',
      until: '22:31:00',
      t: ['22:10:00', '22:11:02'],
    },
    { event: 'redundancy_lost', subject: 'ckt-lon', sees: 'cs', at: '22:10:15', until: '22:31:10' },
    {
      event: 'ecmp_restored',
      subject: '10.0.4.5 > 10.0.4.4,10.0.4.5',
      sees: 'lr',
      at: '22:40:20',
      t: ['22:40:05', '22:41:07'],
    },
  ],
  forbid: [{ event: 'green_but_dead' }, { event: 'unintended_active_passive' }, { cause: 'onprem_policy_change' }],
  pages: 1,
}

const s12: ScenarioData = {
  id: 'S12',
  title: 'Maintenance between MSEE and core',
  labels: ['fault'],
  topology: 'T2',
  start: '22:50:00',
  end: '23:50:00',
  truth: [{ op: 'session-loss', gateway: GW, neighbor: '10.0.4.4', at: '23:00:05', until: '23:18:30' }],
  expect: [
    {
      event: 'peer_lost',
      subject: '10.0.4.4',
      sees: 'ps',
      at: '23:00:05',
      until: '23:18:30',
      t: ['23:00:00', '23:01:02'],
      cause: 'msee_core_maintenance',
      confidence: 0.7,
      ends: { at: '23:18:30', told: 'duration', t: ['23:18:29', '23:18:31'] },
      outage: ['17:27', '18:31'],
    },
    {
      event: 'ecmp_reduced',
      subject: '10.0.4.4,10.0.4.5 > 10.0.4.5',
      sees: 'lr',
      at: '23:00:05',
      until: '23:18:33',
      t: ['22:59:05', '23:00:07'],
    },
  ],
  forbid: [{ event: 'path_down' }, { event: 'green_but_dead' }, { event: 'circuit_down' }],
  pages: 0,
}

const s30: ScenarioData = {
  id: 'S30',
  title: 'VPN active-standby switchover, planned',
  labels: ['fault'],
  topology: 'TV',
  start: '02:50:00',
  end: '03:35:00',
  truth: [{ op: 'session-loss', gateway: 'vpngw-hub', neighbor: '10.200.0.1', at: '03:00:20', until: '03:00:32' }],
  expect: [flap('10.0.5.4~10.200.0.1', '03:00:32', ['03:00:31', '03:00:33'], ['0:00', '0:33'])],
  forbid: [{ event: 'no_path' }, { event: 'mass_withdraw' }],
  pages: 0,
}

const s32: ScenarioData = {
  id: 'S32',
  title: 'Too many prefixes advertised from Azure',
  labels: ['fault'],
  topology: 'T2',
  start: '11:50:00',
  end: '13:05:00',
  truth: [
    {
      op: 'configuration',
      kind: 'vnet-peering',
      name: 'vnet-hub',
      child: 'to-spoke',
      set: { forwarded: false },
      at: '12:00:00',
      until: '12:30:00',
    },
    { op: 'session-loss', gateway: GW, at: '12:00:40', until: '12:30:30', routesAfter: '6s' },
  ],
  expect: [
    {
      event: 'gateway_isolated',
      subject: GW,
      sees: 'ps',
      at: '12:00:40',
      until: '12:30:30',
      t: ['12:00:00', '12:01:02'],
      severity: 'critical',
      ends: { at: '12:30:30', told: 'duration', t: ['12:30:29', '12:30:31'] },
      outage: ['29:27', '30:31'],
    },
    { event: 'no_path', subject: 'dc-a', sees: 'lr', at: '12:00:40', until: '12:30:36', t: ['12:00:05', '12:01:07'] },
  ],
  forbid: [
    { event: 'circuit_down' },
    { cause: 'provider_outage' },
    { cause: 'gateway_instance_maintenance' },
    { event: 'session_down', alone: true },
  ],
  pages: 1,
  beyond: ['the number of advertised prefixes: advertised routes are not polled in a run'],
}

const s34: ScenarioData = {
  id: 'S34',
  title: 'Outage hidden inside a poll gap',
  labels: ['fault'],
  topology: 'T2',
  start: '09:50:00',
  end: '10:38:00',
  truth: [
    { op: 'api-fault', fault: '503', operation: 'gateway.peers', at: '10:00:30', until: '10:06:30' },
    lost('10.0.4.12', '10.0.4.4', '10:02:10', '10:04:40'),
  ],
  expect: [flap('10.0.4.12~10.0.4.4', '10:04:40', ['10:04:39', '10:04:41'], ['0:00', '4:41'])],
  forbid: [{ event: 'mass_withdraw', alone: true }],
  pages: 0,
  beyond: ['the down-start inferred from the routes'],
}

export const sessions: readonly ScenarioData[] = [s06, s07, s08, s09, s10, s11, s12, s30, s32, s34]
