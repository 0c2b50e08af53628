/** What fails with a place: a location of Microsoft, a site, a router. */
import type { ScenarioData } from '../scenario.ts'
import { site } from './frame.ts'

const LON = 'ckt-lon'
const AMS = 'ckt-ams'
/** Four MSEEs of a location and everything that they tell. */
const location = ['ckt-lon', 'ckt-lon2'] as const
const neighbors = ['10.0.4.4', '10.0.4.5', '10.0.4.8', '10.0.4.9'] as const

export const s04: ScenarioData = {
  id: 'S04',
  title: 'Peering location lost',
  labels: ['fault'],
  topology: 'T3',
  start: '09:50:00',
  end: '12:05:00',
  truth: [
    ...location.map((circuit) => ({
      op: 'blackhole' as const,
      circuit,
      path: 'both' as const,
      at: '10:00:30',
      until: '11:30:00',
    })),
    ...location.flatMap((circuit) =>
      (['primary', 'secondary'] as const).map((path) => ({
        op: 'session-loss' as const,
        circuit,
        path,
        at: '10:03:20',
        until: '11:30:00',
      })),
    ),
    ...neighbors.map((neighbor) => ({
      op: 'keepalive-stall' as const,
      gateway: 'ergw-hub',
      neighbor,
      at: '10:00:20',
      until: '10:03:20',
    })),
    ...neighbors.map((neighbor) => ({
      op: 'session-loss' as const,
      gateway: 'ergw-hub',
      neighbor,
      at: '10:03:20',
      until: '11:30:20',
      routesAfter: '6s',
    })),
    ...location.flatMap((resource) =>
      (['circuit.summary', 'circuit.routes', 'circuit.arp', 'circuit.stats'] as const).map((operation) => ({
        op: 'api-fault' as const,
        fault: '503' as const,
        operation,
        resource,
        at: '10:00:30',
        until: '11:30:00',
      })),
    ),
  ],
  expect: [
    site('dc-a', '10:03:22', '11:30:26'),
    ...neighbors.flatMap((neighbor) =>
      ['10.0.4.12', '10.0.4.13'].map((instance) => ({
        event: 'keepalive_stall' as const,
        subject: `${instance}~${neighbor}`,
        sees: 'ps' as const,
        at: '10:00:20',
        until: '10:03:20',
        samples: 2,
        flat: '2:00',
        det: '10:03:02',
        severity: 'warning' as const,
      })),
    ),
    ...neighbors.map((neighbor) => ({
      event: 'peer_lost' as const,
      subject: neighbor,
      sees: 'ps' as const,
      at: '10:03:20',
      until: '11:30:20',
      t: ['10:03:00', '10:04:02'] as [string, string],
      ends: { at: '11:30:20', told: 'duration' as const, t: ['11:30:19', '11:30:21'] as [string, string] },
      outage: ['86:17', '87:21'] as [string, string],
    })),
    ...location.map((subject) => ({
      event: 'circuit_down' as const,
      subject,
      sees: 'ps' as const,
      source: 'ergw-hub',
      after: 'cs' as const,
      at: '10:03:20',
      until: '11:30:20',
      t: ['10:00:10', '10:04:02'] as [string, string],
      det: '10:04:02',
    })),
    {
      event: 'failover',
      subject: 'ckt-lon > ckt-ams',
      sees: 'lr',
      at: '10:03:22',
      until: '11:30:26',
      t: ['10:03:05', '10:04:07'],
    },
    { event: 'failback', subject: 'ckt-lon > ckt-ams', sees: 'lr', at: '11:30:26', t: ['11:30:05', '11:31:07'] },
  ],
  forbid: [
    { cause: 'provider_outage' },
    { event: 'gateway_isolated' },
    { event: 'parity_mismatch' },
    { event: 'session_down', subject: '10.0.4.6' },
    { event: 'session_down', subject: '10.0.4.7' },
  ],
  pages: 1,
}

const s05: ScenarioData = {
  id: 'S05',
  title: 'On-premises edge lost, site unreachable',
  labels: ['fault'],
  topology: 'T2v',
  start: '09:50:00',
  end: '11:05:00',
  truth: [
    {
      op: 'cut-path',
      circuit: LON,
      path: 'both',
      at: '10:00:30',
      until: '10:30:00',
      reconnect: '30s',
      routesAfter: '15s',
    },
    { op: 'withdraw', site: 'dc-a', circuit: AMS, at: '10:00:50', until: '10:30:43' },
    { op: 'withdraw', site: 'dc-a', connection: 'cxn-br1', at: '10:00:50', until: '10:30:43' },
  ],
  expect: [
    { event: 'failover', subject: 'ckt-lon > ckt-ams', sees: 'lr', at: '10:00:33', until: '10:00:52' },
    { event: 'failback', subject: 'ckt-lon > ckt-ams', sees: 'lr', at: '10:30:45', between: ['10:00:33', '10:00:52'] },
    { event: 'site_state_changed', subject: 'dc-a', sees: 'lr', at: '10:00:33', until: '10:00:52', severity: 'minor' },
    site('dc-a', '10:00:52', '10:30:45', 'critical'),
    {
      event: 'circuit_down',
      subject: LON,
      sees: 'cs',
      at: '10:00:31',
      until: '10:30:30',
      t: ['10:00:10', '10:01:12'],
      severity: 'critical',
      ends: { at: '10:30:30', told: 'upDown', t: ['10:30:28', '10:30:31'] },
    },
    {
      event: 'no_path',
      subject: 'dc-a',
      sees: 'lr',
      at: '10:00:52',
      until: '10:30:45',
      t: ['10:00:05', '10:01:07'],
      det: '10:01:07',
      severity: 'critical',
      cause: 'onprem_edge_loss',
      confidence: 0.85,
      ends: { at: '10:30:45', t: ['10:30:05', '10:31:07'] },
      outage: ['28:58', '31:02'],
    },
  ],
  forbid: [{ event: 'failover' }, { event: 'circuit_down', subject: AMS }, { event: 'mass_withdraw', alone: true }],
  pages: 1,
}

const s35: ScenarioData = {
  id: 'S35',
  title: 'CE router lost across two circuits',
  labels: ['fault'],
  topology: 'T3',
  start: '09:50:00',
  end: '10:58:00',
  declared: { routers: [{ site: 'dc-a', name: 'ce-a1', addresses: ['172.16.0.1', '172.16.2.1'] }] },
  truth: location.map((circuit) => ({
    op: 'cut-path',
    circuit,
    path: 'primary',
    at: '10:00:30',
    until: '10:24:48',
  })),
  expect: [
    ...location.flatMap((circuit) => [
      {
        event: 'path_down' as const,
        subject: `${circuit}/primary`,
        sees: 'cs' as const,
        at: '10:00:31',
        until: '10:25:00',
        t: ['10:00:10', '10:01:12'] as [string, string],
        cause: 'ce_router_loss',
        confidence: 0.7,
        ends: { at: '10:25:00', told: 'upDown' as const, t: ['10:24:58', '10:25:01'] as [string, string] },
        outage: ['23:46', '24:51'] as [string, string],
      },
      { event: 'redundancy_lost' as const, subject: circuit, sees: 'cs' as const, at: '10:00:31', until: '10:25:00' },
      {
        event: 'redundancy_restored' as const,
        subject: circuit,
        sees: 'cs' as const,
        at: '10:25:00',
        told: 'upDown' as const,
        samples: 2,
      },
    ]),
    {
      event: 'ecmp_reduced',
      subject: '10.0.4.4,10.0.4.5 > 10.0.4.5',
      sees: 'lr',
      at: '10:00:33',
      until: '10:25:06',
      t: ['10:00:05', '10:01:07'],
    },
    { event: 'ecmp_restored', subject: '10.0.4.4,10.0.4.5 > 10.0.4.5', sees: 'lr', at: '10:25:06' },
  ],
  forbid: [{ cause: 'provider_outage' }, { cause: 'peering_location_loss' }, { event: 'circuit_down' }],
  pages: 1,
}

export const locations: readonly ScenarioData[] = [s04, s05, s35]
