import type { PollKind } from '../poll.ts'

/** Areas by which event kinds are grouped, in the order in which screens show them. */
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

/** Subjects of events inside their scope, with the format of the event's `subject`. */
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
  prefix: 'the prefix; the first prefix and their number if there are several',
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

/**
 * Types of resources that an event's `scope` can name; `collector` is Peerwatch itself, `estate` all polled resources.
 */
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

/**
 * Poll that proves an event, with the number of consecutive good samples that must agree before a notification is sent.
 */
export interface EventProof {
  poll: PollKind
  samples: 1 | 2 | 3
}

/** Role of a kind's events in incidents. */
export interface IncidentRole {
  /** The event with the lowest rank is the root of its incident; null = after all events that have a rank. */
  rank: number | null
  /**
   * Resources whose failures can have the same reason as an event of this kind: everything that depends on the same
   * `neighbor` of a gateway, or everything in the group of resources that detection evaluates together (`any`). Absent
   * = everything that depends on the event's circuit; for an event of a gateway, everything that depends on the
   * gateway.
   */
  failureDomain?: 'neighbor' | 'any'
  /**
   * true if the kind reports an intended action. It may be read long before or after its effects, and can also explain
   * a closed incident.
   */
  explainsLate?: true
  /** true if the kind reports failing polls and not a fault of the network */
  pollFailure?: true
}

/**
 * All facts about an event kind except its rule and its cause (causes.ts, which browsers do not load). Lists, names,
 * texts of screens and messages, the sets that detection uses and `GET /api/v1/event-kinds` are derived from these
 * records.
 */
export interface EventKindRecord<Kind extends string = string> {
  area: EventArea
  /** label of a few words: `Session down` */
  name: string
  /** explanation in one sentence, written for an on-call engineer who has just been woken */
  meaning: string
  /**
   * `point`: has no duration and ends within the bounds of its start; `interval`: lasts until its rule ends it;
   * `endedBy`: lasts until an event of that kind
   */
  lifecycle: 'point' | 'interval' | { endedBy: Kind }
  /** true if the kind reports that something is healthy again */
  recovery?: true
  scopes: readonly EventScope[]
  subject: EventSubject
  /** kinds of polls that are needed to detect the start or end of an event of this kind */
  polls: readonly PollKind[]
  /**
   * polls that prove an event of this kind; empty = the delay has no bound, because evaluating byte counters, usual
   * values and missing polls takes a variable time
   */
  proof: readonly EventProof[]
  /** true if polls around the event become faster for a while, so that its bounds are narrow */
  burst: boolean
  /**
   * `expected`: maintenance of a path, circuit or gateway can cause it, so no notification is sent inside a maintenance
   * window
   */
  maintenance: 'expected' | 'alerts'
  /** `aside`: events of this kind stay outside of all incidents */
  incident: IncidentRole | 'aside'
}

export const proof = (poll: PollKind, samples: EventProof['samples'] = 1): EventProof => ({ poll, samples })

/** Defaults of all kinds. */
export const USUAL = {
  lifecycle: 'interval',
  proof: [],
  burst: false,
  maintenance: 'expected',
  incident: { rank: null },
} as const satisfies Partial<EventKindRecord>
