import { type EventKindRecord, createEventConfirmation, DEFAULT_EVENT_KIND_FIELDS } from './event-kind-record.ts'

const PATH = { ...DEFAULT_EVENT_KIND_FIELDS, area: 'path', scopes: ['circuit'], polls: ['summary', 'arp'] } as const
const TABLES = { ...DEFAULT_EVENT_KIND_FIELDS, area: 'path', scopes: ['circuit'], subject: 'comparison' } as const

export const pathEventKinds = {
  path_down: {
    ...PATH,
    name: 'Path down',
    meaning: 'One of the two paths of a peering is down between the customer’s router and Microsoft’s edge.',
    subject: 'path',
    proof: [createEventConfirmation('summary', 2)],
    burst: true,
    incident: { rank: 100 },
  },
  redundancy_lost: {
    ...PATH,
    name: 'Redundancy lost',
    meaning: 'A circuit has one path left: the next loss takes it down.',
    lifecycle: { endedBy: 'redundancy_restored' },
    subject: 'peering',
    proof: [createEventConfirmation('summary')],
    burst: true,
    incident: { rank: 150 },
  },
  redundancy_restored: {
    ...PATH,
    name: 'Redundancy restored',
    meaning: 'Both paths of a circuit are up again.',
    lifecycle: 'point',
    recovery: true,
    subject: 'peering',
    incident: 'aside',
  },
  circuit_down: {
    ...PATH,
    name: 'Peering down',
    meaning:
      'A peering of a circuit has no path left, so that the circuit is down unless another of its peerings has a path.',
    subject: 'peering',
    proof: [createEventConfirmation('summary')],
    burst: true,
    maintenance: 'alerts',
    // `any` = the loss may have the same cause as any other failure at this time, because a whole circuit can be lost
    // together with its location, its provider or the customer's site.
    incident: { rank: 90, failureDomain: 'any' },
  },
  prefix_limit_exceeded: {
    ...PATH,
    name: 'Prefix limit exceeded',
    meaning: 'Microsoft’s edge holds the session down because more prefixes were announced than it accepts.',
    subject: 'peering',
    polls: ['peers', 'summary'],
    proof: [createEventConfirmation('summary')],
    maintenance: 'alerts',
    incident: { rank: 80 },
  },
  prefix_headroom: {
    ...PATH,
    name: 'Prefix headroom low',
    meaning: 'The number of announced prefixes comes near the limit at which the session is dropped.',
    scopes: ['circuit', 'gateway'],
    subject: 'path',
    polls: ['peers', 'summary'],
    maintenance: 'alerts',
  },
  parity_mismatch: {
    ...TABLES,
    name: 'Paths differ',
    meaning:
      'The two paths of a circuit carry different routes. If one path is lost, the routes that only this path carries are lost.',
    polls: ['tables'],
  },
  unintended_active_passive: {
    ...TABLES,
    name: 'One path idle',
    meaning: 'Traffic uses one path only, though both should carry it.',
    polls: ['stats'],
    maintenance: 'alerts',
  },
  unexpected_active_active: {
    ...TABLES,
    name: 'Standby carries traffic',
    meaning: 'Traffic uses both sides, although one is meant as standby.',
    polls: ['stats'],
    maintenance: 'alerts',
  },
  site_state_changed: {
    ...DEFAULT_EVENT_KIND_FIELDS,
    area: 'path',
    name: 'Site state changed',
    meaning:
      'Paths to a site were lost: it is reached over its backup, in part, by a default route only, or not at all.',
    scopes: ['gateway', 'circuit'],
    subject: 'site',
    polls: ['peers', 'learned'],
    proof: [createEventConfirmation('learned')],
    maintenance: 'alerts',
  },
  n1_stranding: {
    ...DEFAULT_EVENT_KIND_FIELDS,
    area: 'path',
    name: 'Single point of failure',
    meaning:
      'Losing one circuit, place, provider or gateway would now cut off prefixes of a site, which it did not before.',
    scopes: ['circuit', 'gateway'],
    subject: 'site',
    polls: ['learned'],
    proof: [createEventConfirmation('learned', 2)],
    incident: { rank: 268 },
  },
  global_reach_disconnected: {
    ...DEFAULT_EVENT_KIND_FIELDS,
    area: 'path',
    name: 'Global Reach disconnected',
    meaning:
      'A Global Reach connection of a circuit is disconnected: the sites behind its two circuits no longer reach each other over Microsoft.',
    scopes: ['circuit'],
    subject: 'reach',
    polls: ['connection'],
    proof: [createEventConfirmation('connection')],
    incident: { rank: 103 },
  },
  port_light_low: {
    ...DEFAULT_EVENT_KIND_FIELDS,
    area: 'path',
    name: 'Light of a port low',
    meaning:
      'The light on one link of an ExpressRoute Direct port is below the level at which it is healthy: it may fail soon.',
    scopes: ['port'],
    subject: 'light',
    polls: ['metrics'],
    // The proof is empty, because Azure Monitor delivers its data several minutes late. Poll intervals therefore do not
    // limit the delay.
    proof: [],
    incident: { rank: 105 },
  },
} as const satisfies Record<string, EventKindRecord>
