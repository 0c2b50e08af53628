import { type EventKindRecord, createEventConfirmation, DEFAULT_EVENT_KIND_FIELDS } from './event-kind-record.ts'

const CHANGE = {
  ...DEFAULT_EVENT_KIND_FIELDS,
  area: 'bestPath',
  scopes: ['circuit', 'gateway', 'hub'],
  subject: 'pathChange',
  polls: ['learned'],
} as const

export const bestPathEventKinds = {
  failover: {
    ...CHANGE,
    name: 'Failover',
    meaning: 'The active path was lost and traffic moved to another one.',
    lifecycle: { endedBy: 'failback' },
    proof: [createEventConfirmation('learned')],
    burst: true,
    incident: { rank: 210 },
  },
  failback: {
    ...CHANGE,
    name: 'Failback',
    meaning: 'Traffic is back on its usual path after a failover.',
    lifecycle: 'point',
    recovery: true,
    incident: 'aside',
  },
  failback_pending: {
    ...CHANGE,
    name: 'Failback pending',
    meaning: 'The usual path has been up for a while, and traffic still uses the other one.',
  },
  best_path_shift: {
    ...CHANGE,
    name: 'Best path changed',
    meaning: 'Another path is now preferred, although no path was lost.',
    burst: true,
    incident: { rank: 260 },
  },
  intent_deviation: {
    ...CHANGE,
    name: 'Backup in place of primary',
    meaning:
      'A backup carries prefixes declared for another circuit: in the routes since they were first seen, or only in the bytes.',
    polls: ['learned', 'stats'],
    incident: { rank: 265 },
  },
  ecmp_reduced: {
    ...CHANGE,
    name: 'ECMP reduced',
    meaning: 'Some equal-cost paths were withdrawn; the rest carry all the traffic.',
    lifecycle: { endedBy: 'ecmp_restored' },
    burst: true,
  },
  ecmp_restored: {
    ...CHANGE,
    name: 'ECMP restored',
    meaning: 'All equal-cost paths are back.',
    lifecycle: 'point',
    recovery: true,
    incident: 'aside',
  },
  no_path: {
    ...CHANGE,
    name: 'No path',
    meaning: 'An address range that should be reachable has no path left.',
    scopes: ['gateway', 'hub', 'circuit'],
    subject: 'site',
    proof: [createEventConfirmation('learned')],
    burst: true,
    maintenance: 'alerts',
    incident: { rank: 200 },
  },
  path_change: {
    ...CHANGE,
    name: 'AS path changed',
    meaning: 'The AS path of a watched prefix changed.',
    scopes: ['circuit', 'gateway'],
    lifecycle: 'point',
    subject: 'neighborRoute',
  },
} as const satisfies Record<string, EventKindRecord>
