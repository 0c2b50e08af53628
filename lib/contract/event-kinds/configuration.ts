import { type EventKindRecord, FROM_EVIDENCE, proof } from './record.ts'

const CONFIGURATION = {
  area: 'configuration',
  scopes: ['circuit'],
  polls: ['inventory', 'activity'],
  burst: false,
  cause: FROM_EVIDENCE,
} as const

export const configurationKinds = {
  provider_state_changed: {
    ...CONFIGURATION,
    name: 'Provider state changed',
    meaning: 'The provider’s side of the circuit is no longer provisioned.',
    lifecycle: 'interval',
    subject: 'resource',
    proof: [proof('inventory')],
    maintenance: 'expected',
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
    maintenance: 'expected',
    incident: { rank: 50, explainsLate: true },
  },
  peering_enabled: {
    ...CONFIGURATION,
    name: 'Peering enabled',
    meaning: 'A peering was enabled.',
    lifecycle: 'point',
    recovery: true,
    subject: 'peering',
    proof: [],
    maintenance: 'expected',
    incident: 'aside',
  },
  resource_removed: {
    ...CONFIGURATION,
    name: 'Resource removed',
    meaning: 'A circuit, gateway or connection is no longer in Azure.',
    lifecycle: 'point',
    scopes: ['circuit', 'gateway', 'connection'],
    subject: 'resource',
    proof: [],
    maintenance: 'alerts',
    incident: { rank: 40, explainsLate: true },
  },
} as const satisfies Record<string, EventKindRecord>
