/** Gateways, their instances, and Microsoft routers in front of them. */
import type { ScenarioData } from '../scenario.ts'
import { site } from './frame.ts'

const GW = 'ergw-hub'
const lost = (instance: string, neighbor: string, at: string, until: string) =>
  ({ op: 'session-loss', gateway: GW, instance, neighbor, at, until }) as const

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
    { event: 'gateway_changing' },
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
    { event: 'redundancy_restored', subject: 'ckt-lon', sees: 'cs', at: '22:31:10', told: 'upDown', samples: 2 },
    {
      event: 'ecmp_restored',
      subject: '10.0.4.4,10.0.4.5 > 10.0.4.5',
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
    { event: 'ecmp_restored', subject: '10.0.4.4,10.0.4.5 > 10.0.4.5', sees: 'lr', at: '23:18:33' },
  ],
  forbid: [{ event: 'path_down' }, { event: 'green_but_dead' }, { event: 'circuit_down' }],
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
    site('dc-a', '12:00:40', '12:30:36', 'critical'),
    site('dc-b', '12:00:40', '12:30:36', 'critical'),
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

export const gateways: readonly ScenarioData[] = [s10, s11, s12, s32]
