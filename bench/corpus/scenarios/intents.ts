/** What is meant to work: peerings, provisioning, resources that are there. */
import type { ScenarioData } from '../scenario.ts'
import { AMS, aroundTen, fault, GW, LON, longerAroundTen, near, site } from './frame.ts'

const customers = (circuit: string, at: string, until: string, word = 'Idle') =>
  (['primary', 'secondary'] as const).map(
    (path) => ({ op: 'session-loss', circuit, path, at, until, word, routesAfter: '6s' }) as const,
  )

const providerTakesBack: ScenarioData = {
  ...longerAroundTen,
  ...fault,
  id: 'S108',
  title: 'The provider deprovisions a circuit and provisions it again',
  truth: [
    {
      op: 'configuration',
      kind: 'circuit',
      name: AMS,
      set: { providerState: 'Deprovisioning' },
      at: '10:00:10',
      until: '10:20:10',
      logged: false,
    },
    ...customers(AMS, '10:00:12', '10:20:20'),
  ],
  expect: [
    {
      event: 'provider_state_changed',
      subject: AMS,
      sees: 'rg',
      at: '10:00:10',
      until: '10:20:10',
      severity: 'major',
      cause: 'provider_deprovisioned',
      ends: { at: '10:20:10' },
    },
    { event: 'failover', subject: 'ckt-ams > ckt-lon', sees: 'lr', at: '10:00:14', until: '10:20:26' },
    { event: 'failback', subject: 'ckt-ams > ckt-lon', sees: 'lr', at: '10:20:26' },
    site('dc-b', '10:00:14', '10:20:26'),
  ],
  forbid: [
    { event: 'circuit_down', alone: true },
    { event: 'peering_disabled' },
    { event: 'peering_enabled' },
    { event: 'resource_removed' },
  ],
  pages: 1,
}

const disabledByNobody: ScenarioData = {
  ...longerAroundTen,
  ...fault,
  id: 'S109',
  title: 'A peering is disabled and nothing in the Activity Log tells who did it',
  truth: [
    {
      op: 'configuration',
      kind: 'peering',
      name: LON,
      child: 'AzurePrivatePeering',
      set: { state: 'Disabled' },
      takes: '4s',
      at: '10:00:00',
      until: '10:30:00',
      logged: false,
    },
    ...customers(LON, '10:00:04', '10:30:30', 'Idle (Admin)'),
  ],
  expect: [
    {
      event: 'peering_disabled',
      subject: LON,
      sees: 'rg',
      at: '10:00:00',
      until: '10:30:00',
      severity: 'major',
      ends: { at: '10:30:00' },
    },
    { event: 'peering_enabled', subject: LON, sees: 'rg', at: '10:30:00' },
    { event: 'failover', subject: 'ckt-lon > ckt-ams', sees: 'lr', at: '10:00:06', until: '10:30:36' },
    { event: 'failback', subject: 'ckt-lon > ckt-ams', sees: 'lr', at: '10:30:36' },
    site('dc-a', '10:00:06', '10:30:36'),
  ],
  forbid: [
    { event: 'circuit_down', alone: true },
    { event: 'provider_state_changed' },
    { cause: 'configuration_change' },
  ],
  pages: 1,
}

const tagsOnGateway: ScenarioData = {
  ...aroundTen,
  ...near,
  id: 'S107',
  title: 'Tags of a gateway and of a circuit are written',
  truth: [
    { op: 'configuration', kind: 'gateway', name: GW, set: { tags: { owner: 'platform' } }, at: '10:00:00' },
    { op: 'configuration', kind: 'circuit', name: AMS, set: { tags: { owner: 'platform' } }, at: '10:02:00' },
  ],
  forbid: [
    { event: 'gateway_changing' },
    { event: 'peering_disabled' },
    { event: 'peering_enabled' },
    { event: 'provider_state_changed' },
    { event: 'public_prefixes_not_validated' },
  ],
  silent: true,
}

const connectionRemoved: ScenarioData = {
  ...aroundTen,
  ...fault,
  id: 'S111',
  title: 'The connection of a circuit that carries nothing of late is deleted',
  topology: 'T3',
  truth: [{ op: 'configuration', kind: 'connection', name: 'cxn-ckt-lon2', absent: true, at: '10:00:00' }],
  expect: [{ event: 'resource_removed', subject: 'cxn-ckt-lon2', sees: 'rg', at: '10:00:00', severity: 'info' }],
  forbid: [{ event: 'circuit_down' }, { event: 'failover' }, { event: 'path_down' }],
  pages: 0,
}

const listFails: ScenarioData = {
  ...aroundTen,
  ...near,
  id: 'S112',
  title: 'The list of circuits fails for some minutes',
  truth: [{ op: 'api-fault', fault: '500', operation: 'circuit.list', at: '10:00:10', until: '10:06:10' }],
  forbid: [
    { event: 'resource_removed' },
    { event: 'circuit_down' },
    { event: 'peering_disabled' },
    { event: 'public_prefixes_not_validated' },
  ],
}

export const intents: readonly ScenarioData[] = [
  providerTakesBack,
  disabledByNobody,
  tagsOnGateway,
  connectionRemoved,
  listFails,
]
