/** Prefixes that come, go and change. */
import type { ScenarioData } from '../scenario.ts'
import { site } from './frame.ts'
import { A, B } from './prefixes.ts'

const LON = 'ckt-lon'
const AMS = 'ckt-ams'
const LATE = { propagation: '3s' } as const
const many = (first: string, count: number) => [{ first, count }]

const s20: ScenarioData = {
  id: 'S20',
  title: 'Mass withdrawal with sessions up',
  labels: ['fault'],
  topology: 'T2',
  start: '09:50:00',
  end: '10:40:00',
  truth: [{ op: 'withdraw', circuit: LON, site: 'dc-a', prefixes: A, at: '10:00:30', until: '10:06:10', ...LATE }],
  expect: [
    site('dc-a', '10:00:33', '10:06:13'),
    {
      event: 'mass_withdraw',
      subject: '10.0.4.4,10.0.4.5',
      sees: 'lr',
      at: '10:00:33',
      until: '10:06:13',
      t: ['10:00:05', '10:01:07'],
      severity: 'major',
      ends: { at: '10:06:13', t: ['10:06:05', '10:07:07'] },
      outage: ['4:58', '7:02'],
    },
    {
      event: 'best_path_shift',
      subject: 'ckt-lon > ckt-ams',
      sees: 'lr',
      at: '10:00:33',
      until: '10:06:13',
      t: ['10:00:05', '10:01:07'],
      cause: 'onprem_policy_change',
      confidence: 0.7,
    },
  ],
  forbid: [{ event: 'failover' }, { event: 'circuit_down' }, { event: 'session_down' }, { event: 'parity_mismatch' }],
  pages: 1,
}

const s21: ScenarioData = {
  id: 'S21',
  title: 'More specific inside own space',
  labels: ['fault'],
  topology: 'T2',
  start: '09:50:00',
  end: '11:18:00',
  truth: [
    {
      op: 'announce',
      circuit: AMS,
      site: 'dc-a',
      prefixes: ['10.10.5.0/24'],
      asPath: [65001, 65001],
      at: '10:00:30',
      until: '10:45:00',
      ...LATE,
    },
  ],
  expect: [
    site('dc-a', '10:00:33', '10:45:03'),
    {
      event: 'more_specific',
      subject: '10.10.5.0/24',
      sees: 'lr',
      at: '10:00:33',
      until: '10:45:03',
      t: ['10:00:05', '10:01:07'],
      severity: 'major',
      ends: { at: '10:45:03', t: ['10:44:05', '10:45:07'] },
    },
  ],
  forbid: [{ event: 'failover' }, { event: 'origin_change' }],
  pages: 1,
}

const s22: ScenarioData = {
  id: 'S22',
  title: 'Route leak',
  labels: ['fault'],
  topology: 'T2',
  start: '09:50:00',
  end: '11:05:00',
  truth: [
    { op: 'withdraw', circuit: LON, site: 'dc-b', prefixes: B, at: '10:00:30', until: '10:31:00', ...LATE },
    {
      op: 'announce',
      circuit: LON,
      prefixes: B,
      asPath: [65001, 64900, 3356, 65001],
      at: '10:00:30',
      until: '10:31:00',
      ...LATE,
    },
    {
      op: 'announce',
      circuit: LON,
      prefixes: many('198.18.0.0/24', 40),
      asPath: [65001, 64900, 3356],
      at: '10:00:30',
      until: '10:31:00',
      ...LATE,
    },
  ],
  expect: [
    {
      event: 'unexpected_transit',
      subject: LON,
      sees: 'lr',
      source: 'ergw-hub',
      at: '10:00:33',
      until: '10:31:03',
      t: ['10:00:05', '10:01:07'],
      severity: 'warning',
      ends: { at: '10:31:03' },
    },
  ],
  forbid: [{ event: 'origin_change', subject: '10.2' }, { event: 'best_path_shift' }, { event: 'mass_announce' }],
  pages: 0,
}

const s23: ScenarioData = {
  id: 'S23',
  known: true,
  title: 'Unequal prepend between the two paths',
  labels: ['fault'],
  topology: 'T2',
  start: '09:50:00',
  end: '10:35:00',
  truth: [
    { op: 'prepend', circuit: LON, path: 'secondary', site: 'dc-a', prefixes: A, count: 2, at: '10:00:30', ...LATE },
  ],
  expect: [
    {
      event: 'best_path_shift',
      subject: '10.0.4.4,10.0.4.5 > 10.0.4.4',
      sees: 'lr',
      at: '10:00:33',
      t: ['10:00:05', '10:01:07'],
    },
    {
      event: 'parity_mismatch',
      subject: LON,
      sees: 'ct',
      source: 'ckt-lon/secondary',
      at: '10:00:30',
      samples: 3,
      det: '10:03:17',
    },
    {
      event: 'unintended_active_passive',
      subject: LON,
      sees: 'lr',
      source: 'ergw-hub',
      at: '10:00:33',
      samples: 3,
      det: '10:03:07',
      severity: 'warning',
    },
  ],
  forbid: [{ event: 'redundancy_lost' }, { cause: 'msee_maintenance' }, { event: 'failover' }],
  pages: 0,
}

const s24: ScenarioData = {
  id: 'S24',
  title: 'Prefix missing on one path',
  labels: ['fault'],
  topology: 'T2',
  start: '09:50:00',
  end: '11:03:00',
  truth: [
    {
      op: 'withdraw',
      circuit: LON,
      path: 'secondary',
      site: 'dc-a',
      prefixes: A.slice(2),
      at: '10:00:30',
      until: '10:30:20',
    },
  ],
  expect: [
    {
      event: 'ecmp_reduced',
      subject: '10.0.4.4,10.0.4.5 > 10.0.4.4',
      sees: 'lr',
      at: '10:00:32',
      until: '10:30:22',
      t: ['10:00:05', '10:01:07'],
    },
    { event: 'ecmp_restored', subject: '10.0.4.4,10.0.4.5 > 10.0.4.4', sees: 'lr', at: '10:30:22' },
    {
      event: 'parity_mismatch',
      subject: LON,
      sees: 'ct',
      source: 'ckt-lon/secondary',
      at: '10:00:30',
      until: '10:30:20',
      samples: 3,
      det: '10:03:17',
      severity: 'minor',
    },
  ],
  forbid: [{ event: 'mass_withdraw' }, { event: 'redundancy_lost' }, { event: 'no_path' }],
  pages: 0,
}

const s33: ScenarioData = {
  id: 'S33',
  title: 'On-prem announces a VNet range',
  labels: ['fault'],
  topology: 'T2',
  start: '09:50:00',
  end: '10:45:00',
  truth: [
    {
      op: 'announce',
      circuit: LON,
      site: 'dc-a',
      prefixes: ['10.100.8.0/22'],
      asPath: [65001],
      at: '10:00:30',
      until: '10:12:00',
      ...LATE,
    },
  ],
  expect: [
    {
      event: 'own_space_heard',
      subject: '10.100.8.0/22',
      sees: 'lr',
      at: '10:00:33',
      until: '10:12:03',
      t: ['10:00:05', '10:01:07'],
      severity: 'major',
      ends: { at: '10:12:03', t: ['10:11:05', '10:12:07'] },
    },
  ],
  forbid: [{ event: 'more_specific' }],
  pages: 1,
}

export const routes: readonly ScenarioData[] = [s20, s21, s22, s23, s24, s33]
