import { type EventKindRecord, proof, USUAL } from './record.ts'

const CONFIGURATION = {
  ...USUAL,
  area: 'configuration',
  scopes: ['circuit'],
  polls: ['inventory', 'activity'],
} as const

export const configurationKinds = {
  provider_state_changed: {
    ...CONFIGURATION,
    name: 'Provider state changed',
    meaning: 'The provider’s side of the circuit is no longer provisioned.',
    subject: 'resource',
    proof: [proof('inventory')],
    incident: { rank: 60, explainsLate: true },
    cause: {
      from: 'kind',
      class: 'provider_deprovisioned',
      owner: 'provider',
      confidence: 0.95,
      nextStep: 'Ask the provider who changed the provisioning of this circuit.',
    },
  },
  peering_disabled: {
    ...CONFIGURATION,
    name: 'Peering disabled',
    meaning: 'A peering was disabled.',
    lifecycle: { endedBy: 'peering_enabled' },
    subject: 'peering',
    proof: [proof('inventory')],
    incident: { rank: 50, explainsLate: true },
  },
  peering_enabled: {
    ...CONFIGURATION,
    name: 'Peering enabled',
    meaning: 'A peering was enabled.',
    lifecycle: 'point',
    recovery: true,
    subject: 'peering',
    incident: 'aside',
  },
  resource_removed: {
    ...CONFIGURATION,
    name: 'Resource removed',
    meaning: 'A circuit, gateway or connection is no longer in Azure.',
    lifecycle: 'point',
    scopes: ['circuit', 'gateway', 'connection'],
    subject: 'resource',
    maintenance: 'alerts',
    incident: { rank: 40, explainsLate: true },
  },
  resource_returned: {
    ...CONFIGURATION,
    name: 'Resource returned',
    meaning: 'A circuit, gateway or connection that was removed is in Azure again, with its history.',
    lifecycle: 'point',
    recovery: true,
    scopes: ['circuit', 'gateway', 'connection'],
    subject: 'resource',
    maintenance: 'alerts',
    incident: 'aside',
  },
  resource_moved: {
    ...CONFIGURATION,
    name: 'Resource moved',
    meaning:
      'A circuit, gateway or connection has another name, resource group or subscription, and goes on with its history.',
    lifecycle: 'point',
    scopes: ['circuit', 'gateway', 'connection'],
    subject: 'resource',
    maintenance: 'alerts',
    incident: 'aside',
  },
  resource_parted: {
    ...CONFIGURATION,
    name: 'Resource parted',
    meaning:
      'An operator says that a circuit, gateway or connection is not the one whose history it had: it has an id of its own from then on.',
    lifecycle: 'point',
    scopes: ['circuit', 'gateway', 'connection'],
    subject: 'resource',
    maintenance: 'alerts',
    incident: 'aside',
  },
  network_peering_disconnected: {
    ...CONFIGURATION,
    name: 'Network peering disconnected',
    meaning: 'A peering of a network that holds gateways was deleted on one side: nothing passes it any more.',
    scopes: ['network'],
    subject: 'peering',
    proof: [proof('inventory')],
    incident: { rank: 235 },
    cause: {
      from: 'evidence',
      owner: 'unknown',
      nextStep:
        'Ask who deleted one side: both must be made again. The Activity Log of either network names the caller.',
    },
  },
  network_peering_out_of_sync: {
    ...CONFIGURATION,
    name: 'Network peering out of sync',
    meaning:
      'The address space of a network changed and a peering was not synced: the new part is not reached, from on-premises neither.',
    scopes: ['network'],
    subject: 'peering',
    proof: [proof('inventory')],
    incident: { rank: 236 },
    cause: {
      from: 'evidence',
      owner: 'unknown',
      nextStep: 'Sync the peering: az network vnet peering sync, on the side that is not in sync.',
    },
  },
} as const satisfies Record<string, EventKindRecord>
