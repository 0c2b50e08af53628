import { type EventKindRecord, DEFAULT_EVENT_KIND_FIELDS } from './event-kind-record.ts'

const TRAFFIC = {
  ...DEFAULT_EVENT_KIND_FIELDS,
  area: 'traffic',
  scopes: ['circuit'],
  subject: 'peering',
  polls: ['stats'],
  maintenance: 'alerts',
} as const

export const trafficEventKinds = {
  green_but_dead: {
    ...TRAFFIC,
    name: 'Green but dead',
    meaning: 'The sessions are up, and no traffic gets through.',
    subject: 'path',
    polls: ['stats', 'summary'],
    burst: true,
    maintenance: 'expected',
    incident: { rank: 130 },
  },
  one_way_traffic: {
    ...TRAFFIC,
    name: 'One-way traffic',
    meaning: 'Traffic flows in one direction only.',
    burst: true,
    maintenance: 'expected',
    incident: { rank: 140 },
  },
  asymmetric_forwarding: {
    ...TRAFFIC,
    name: 'Asymmetric forwarding',
    meaning: 'Traffic leaves by one circuit or path and returns by another: stateful firewalls may drop it.',
    subject: 'comparison',
    incident: { rank: null, failureDomain: 'any' },
  },
  traffic_shift: {
    ...TRAFFIC,
    name: 'Traffic moved',
    meaning: 'Traffic moved from one path to another, or one path carries less while the other carries the same.',
    subject: 'path',
    maintenance: 'expected',
    // `any` = moved traffic may have the same cause as any other failure at this time.
    incident: { rank: null, failureDomain: 'any' },
  },
  bandwidth_high: {
    ...TRAFFIC,
    name: 'Bandwidth nearly used',
    meaning: 'A path carries nearly as much as the circuit allows.',
    subject: 'path',
    incident: { rank: null, failureDomain: 'any' },
  },
  n1_capacity_risk: {
    ...TRAFFIC,
    name: 'N-1 capacity at risk',
    meaning: 'Both paths together carry more than one of them could: the loss of one would drop traffic.',
    incident: { rank: null, failureDomain: 'any' },
  },
  traffic_low_everywhere: {
    ...TRAFFIC,
    name: 'Traffic low on all circuits',
    meaning: 'Traffic is far lower than usual on all circuits at once.',
    scopes: ['gateway', 'estate', 'circuit'],
    subject: 'allCircuits',
  },
  counter_reset: {
    ...TRAFFIC,
    name: 'Counter reset',
    meaning: 'A byte counter restarted, so only a lower bound of the bytes at that moment is known.',
    lifecycle: 'point',
    scopes: ['circuit', 'connection'],
    subject: 'path',
  },
} as const satisfies Record<string, EventKindRecord>
