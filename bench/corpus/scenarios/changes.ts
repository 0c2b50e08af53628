/** What somebody changes: gateways, peerings, resources, tags. */
import type { ScenarioData } from '../scenario.ts'
import { site } from './frame.ts'
import { LONG_AGO } from '../scenario.ts'

const GW = 'ergw-hub'
const instances = (...addresses: string[]) => ({ instances: addresses.map((address) => ({ address })) })
const patched = (...addresses: string[]) => ({ gateways: { [GW]: instances(...addresses) } })
const becomes = (at: string, ...addresses: string[]) =>
  ({ op: 'configuration', kind: 'gateway', name: GW, set: instances(...addresses), at, logged: false }) as const

const s13: ScenarioData = {
  id: 'S13',
  title: 'Gateway resize by an operator',
  labels: ['fault'],
  topology: 'T2',
  patch: patched('10.0.4.12', '10.0.4.13', '10.0.4.18', '10.0.4.19'),
  start: '08:50:00',
  end: '09:55:00',
  truth: [
    becomes(LONG_AGO, '10.0.4.12', '10.0.4.13'),
    becomes('09:08:04', '10.0.4.18', '10.0.4.13'),
    becomes('09:16:04', '10.0.4.18', '10.0.4.19'),
    { op: 'configuration', kind: 'gateway', name: GW, set: { sku: 'ErGw2AZ' }, at: '09:00:00' },
    {
      op: 'configuration',
      kind: 'gateway',
      name: GW,
      set: { provisioningState: 'Updating' },
      at: '09:00:20',
      until: '09:24:00',
      logged: false,
    },
    { op: 'instance-loss', gateway: GW, instance: '10.0.4.12', at: '09:06:10' },
    { op: 'instance-loss', gateway: GW, instance: '10.0.4.18', at: LONG_AGO, until: '09:08:04', reconnect: '1s' },
    { op: 'instance-loss', gateway: GW, instance: '10.0.4.13', at: '09:14:10' },
    { op: 'instance-loss', gateway: GW, instance: '10.0.4.19', at: LONG_AGO, until: '09:16:04', reconnect: '1s' },
  ],
  expect: [
    {
      event: 'gateway_changing',
      subject: GW,
      sees: 'rg',
      at: '09:00:20',
      until: '09:24:00',
      t: ['08:59:30', '09:00:32'],
    },
    {
      event: 'gateway_instance_lost',
      subject: '10.0.4.12',
      sees: 'ps',
      at: '09:06:10',
      // replaced, and given up ten minutes later (detection.md 2.5): who polls more rarely sees no third sample without it
      until: '09:16:10',
      samples: 3,
      t: ['09:06:00', '09:07:02'],
      det: '09:09:02',
      cause: 'gateway_change',
      confidence: 0.95,
    },
    {
      event: 'gateway_instance_lost',
      subject: '10.0.4.13',
      sees: 'ps',
      at: '09:14:10',
      until: '09:24:10',
      samples: 3,
      t: ['09:14:00', '09:15:02'],
      det: '09:17:02',
      cause: 'gateway_change',
      confidence: 0.95,
    },
  ],
  forbid: [{ cause: 'gateway_instance_maintenance' }, { event: 'gateway_isolated' }],
  pages: 0,
}

const s14: ScenarioData = {
  id: 'S14',
  title: 'Peering disabled on purpose',
  labels: ['fault'],
  topology: 'T2',
  start: '10:50:00',
  end: '11:55:00',
  truth: [
    {
      op: 'configuration',
      kind: 'peering',
      name: 'ckt-ams',
      child: 'AzurePrivatePeering',
      set: { state: 'Disabled' },
      takes: '5s',
      at: '11:00:00',
      until: '11:20:00',
    },
    ...(['primary', 'secondary'] as const).map(
      (path) =>
        ({
          op: 'session-loss',
          circuit: 'ckt-ams',
          path,
          word: 'Idle (Admin)',
          at: '11:00:05',
          until: '11:20:35',
        }) as const,
    ),
    ...(['circuit.summary', 'circuit.routes', 'circuit.arp'] as const).map(
      (operation) =>
        ({
          op: 'api-fault',
          fault: 'empty-table',
          operation,
          resource: 'ckt-ams',
          at: '11:00:00',
          until: '11:20:35',
        }) as const,
    ),
  ],
  expect: [
    site('dc-b', '11:00:07', '11:20:41'),
    {
      event: 'peering_disabled',
      subject: 'ckt-ams',
      sees: 'rg',
      at: '11:00:00',
      until: '11:20:00',
      t: ['10:59:30', '11:00:32'],
      severity: 'info',
      cause: 'configuration_change',
      confidence: 0.9,
    },
    {
      event: 'failover',
      subject: 'ckt-ams > ckt-lon',
      sees: 'lr',
      at: '11:00:07',
      until: '11:20:41',
      t: ['11:00:05', '11:01:07'],
    },
    { event: 'peering_enabled', subject: 'ckt-ams', sees: 'rg', at: '11:20:00', t: ['11:19:30', '11:20:32'] },
    { event: 'failback', subject: 'ckt-ams > ckt-lon', sees: 'lr', at: '11:20:41' },
  ],
  forbid: [{ event: 'circuit_down' }, { event: 'path_down' }, { cause: 'provider_outage' }, { event: 'no_path' }],
  pages: 0,
}

const s44: ScenarioData = {
  id: 'S44',
  title: 'Gateway scale-out',
  labels: ['benign'],
  topology: 'T2',
  patch: patched('10.0.4.12', '10.0.4.13', '10.0.4.16'),
  start: '08:50:00',
  end: '09:40:00',
  truth: [
    becomes(LONG_AGO, '10.0.4.12', '10.0.4.13'),
    { op: 'configuration', kind: 'gateway', name: GW, set: { sku: 'ErGw2AZ' }, at: '09:00:00' },
    {
      op: 'configuration',
      kind: 'gateway',
      name: GW,
      set: { provisioningState: 'Updating' },
      at: '09:00:00',
      until: '09:06:00',
      logged: false,
    },
    becomes('09:03:09', '10.0.4.12', '10.0.4.13', '10.0.4.16'),
    { op: 'instance-loss', gateway: GW, instance: '10.0.4.16', at: LONG_AGO, until: '09:03:09', reconnect: '1s' },
  ],
  expect: [
    {
      event: 'gateway_changing',
      subject: GW,
      sees: 'rg',
      at: '09:00:00',
      until: '09:06:00',
      t: ['08:59:30', '09:00:32'],
      severity: 'info',
    },
  ],
  forbid: [
    { event: 'session_flap' },
    { event: 'session_down' },
    { event: 'best_path_shift' },
    { event: 'route_churn' },
    { event: 'gateway_instance_lost' },
  ],
  pages: 0,
  beyond: [
    'session_up of the new instance at its second sample: a session that was never seen otherwise is a baseline (detection.md 2.2), so that it is not demanded, nor forbidden',
  ],
}

const s60: ScenarioData = {
  id: 'S60',
  title: 'Tag update in the Activity Log',
  labels: ['benign'],
  topology: 'T2',
  start: '09:50:00',
  end: '10:35:00',
  truth: [
    { op: 'configuration', kind: 'circuit', name: 'ckt-lon', set: { tags: { owner: 'platform' } }, at: '10:00:00' },
    { op: 'session-loss', gateway: GW, instance: '10.0.4.13', neighbor: '10.0.4.7', at: '10:01:20', until: '10:01:35' },
  ],
  expect: [
    {
      event: 'session_flap',
      subject: '10.0.4.13~10.0.4.7',
      sees: 'ps',
      at: '10:01:35',
      t: ['10:01:34', '10:01:36'],
      outage: ['0:00', '0:36'],
    },
  ],
  forbid: [{ cause: 'configuration_change' }],
  pages: 0,
}

const s71: ScenarioData = {
  id: 'S71',
  title: 'Target deleted against access lost',
  labels: ['collector'],
  topology: 'T2',
  start: '10:00:00',
  end: '12:35:00',
  truth: [
    ...(['circuit.summary', 'circuit.routes', 'circuit.arp', 'circuit.stats', 'circuit.get'] as const).map(
      (operation) =>
        ({ op: 'api-fault', fault: '404', operation, resource: 'ckt-ams', at: '10:10:00', until: '10:14:00' }) as const,
    ),
    { op: 'configuration', kind: 'circuit', name: 'ckt-ams', absent: true, at: '12:00:00' },
    { op: 'configuration', kind: 'connection', name: 'cxn-ckt-ams', absent: true, at: '12:00:00' },
  ],
  expect: [
    site('dc-b', '12:00:00', undefined),
    {
      event: 'resource_removed',
      subject: 'ckt-ams',
      sees: 'rg',
      at: '12:00:00',
      t: ['11:59:30', '12:00:32'],
      severity: 'info',
      cause: 'configuration_change',
    },
    { event: 'resource_removed', subject: 'cxn-ckt-ams', sees: 'rg', at: '12:00:00' },
    { event: 'failover', subject: 'ckt-ams > ckt-lon', sees: 'lr', at: '12:00:00' },
  ],
  forbid: [{ event: 'circuit_down' }],
  pages: 0,
}

export const changes: readonly ScenarioData[] = [s13, s14, s44, s60, s71]
