import type { PollKind } from '../poll.ts'

/** The areas that a choice of kinds is grouped by, in the order in which screens show them. */
export const eventAreas = {
  session: 'Sessions',
  path: 'Paths and circuits',
  gateway: 'Gateways',
  bestPath: 'Best path',
  route: 'Routes',
  traffic: 'Traffic',
  configuration: 'Configuration',
  monitoring: 'Monitoring health',
} as const
export type EventArea = keyof typeof eventAreas

/** What an event is about inside its scope, and how its `subject` names that. */
export const eventSubjects = {
  session: 'both ends of a session: `localAddress~neighbor`',
  neighbor: 'address of a neighbor; several are separated by commas',
  instance: 'address of a gateway instance',
  gateway: 'name of the gateway',
  tunnel: 'name of the tunnel, which ends in the address of its far end',
  resource: 'name of the resource',
  hubConnection: 'name of a connection of the gateway',
  light: 'link and direction: `link1 Rx`',
  reach: 'name of the connection, with `(IPv6)` where it is about that',
  peering: 'name of the peering',
  path: 'peering and path: `Peering/path`',
  comparison: 'the two sides: a peering for its two paths, or the names of two circuits',
  pathChange: 'former and new carriers: `former > new`',
  prefix: 'the prefix; of several the first one and their number',
  neighborRoute: 'prefix and neighbor: `prefix from neighbor`',
  origin: 'prefix and origin: `prefix from AS65001`',
  asns: 'AS numbers: `AS65001, AS65002`',
  learnedRoutes: '`learned routes`; at a circuit `learned routes of <gateway>`',
  site: 'name of the site, or of a prefix that belongs to none',
  poll: 'kind of poll, and the part of the resource that it reads',
  subscription: 'always `subscription`, or `everything` for all of them',
  machine: 'host name',
  announced: 'when the work begins, `2026-11-20T02:00Z`',
  link: 'the broken link of alerting',
  channel: 'name of the channel',
  database: 'always `database`',
  screen: 'name of the wall',
  history: 'always `history`',
  allCircuits: 'always `all circuits`',
} as const
export type EventSubject = keyof typeof eventSubjects

/** The resource that an event's `scope` names; `collector` is Peerwatch itself, `estate` everything that is polled. */
export const eventScopes = [
  'gateway',
  'circuit',
  'connection',
  'network',
  'port',
  'subscription',
  'collector',
  'estate',
] as const
export type EventScope = (typeof eventScopes)[number]

/** A poll that proves an event, and how many good samples in a row must agree before anybody is notified. */
export interface EventProof {
  poll: PollKind
  samples: 1 | 2 | 3
}

/** The part that events of a kind take in incidents. */
export interface IncidentRole {
  /** Of the events of one incident the one with the lowest rank is its root; null = after all that have one. */
  rank: number | null
  /**
   * What else may have failed for the same reason: what hangs on the same `neighbor` of a gateway, or anything of the group (`any`).
   * Absent = what hangs on the event's circuit; of a gateway's event anything that hangs on the gateway.
   */
  failureDomain?: 'neighbor' | 'any'
  /** It states intent, may be read long before or after its effects, and also explains an incident that has closed. */
  explainsLate?: true
  /** It says that polls fail, and nothing of the network. */
  pollFailure?: true
}

/**
 * Everything about a kind of event that is not its rule or its cause (causes.ts, which browsers do not load). Lists, names, words of screens and messages, the sets that detection goes
 * by and `GET /api/v1/event-kinds` are derived from these records.
 */
export interface EventKindRecord<Kind extends string = string> {
  area: EventArea
  /** a label of a few words: `Session down` */
  name: string
  /** one sentence for somebody who is on call and has just been woken */
  meaning: string
  /** `point`: happens and is over, and ends within the bounds in which it began; `interval`: lasts until its rule ends it; `endedBy`: lasts until the event of that kind */
  lifecycle: 'point' | 'interval' | { endedBy: Kind }
  /** It reports that something is healthy again. */
  recovery?: true
  scopes: readonly EventScope[]
  subject: EventSubject
  /** the polls without which an event of the kind can't be seen to begin or to end */
  polls: readonly PollKind[]
  /** Empty = no bound on the delay can be given: bytes, habits and missing polls take their time. */
  proof: readonly EventProof[]
  /** Polls around the event become faster for a while, so that its bounds are narrow. */
  burst: boolean
  /** `expected`: work on a path, a circuit or a gateway causes it, and nobody is notified inside a maintenance window. */
  maintenance: 'expected' | 'alerts'
  /** `aside`: it opens no incident and belongs to none. */
  incident: IncidentRole | 'aside'
}

export const proof = (poll: PollKind, samples: EventProof['samples'] = 1): EventProof => ({ poll, samples })

/** What holds of a kind that does not state otherwise. */
export const USUAL = {
  lifecycle: 'interval',
  proof: [],
  burst: false,
  maintenance: 'expected',
  incident: { rank: null },
} as const satisfies Partial<EventKindRecord>
