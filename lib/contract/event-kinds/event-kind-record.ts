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

/**
 * Kinds of objects within an event's scope that an event can be about, with the format of the event's `subject` text.
 */
export const eventSubjectFormats = {
  session: 'both ends of a session: `localAddress~neighbor`',
  neighbor: 'address of a neighbor; several addresses are separated by commas',
  instance: 'address of a gateway instance',
  gateway: 'name of the gateway',
  tunnel: 'name of the tunnel, which ends in the address of its far end',
  resource: 'name of the resource',
  hubConnection: 'name of a connection of the gateway',
  light: 'link and direction: `link1 Rx`',
  portLink: 'name of the link: `link1`',
  reach: 'name of the connection, followed by `(IPv6)` if the event is about IPv6',
  peering: 'name of the peering',
  path: 'peering and path: `Peering/path`',
  comparison: 'the two sides: a peering for its two paths, or the names of two circuits',
  pathChange: 'former and new carriers: `former > new`',
  prefix: 'the prefix; for several prefixes, the first prefix and the number of prefixes',
  neighborRoute: 'prefix and neighbor: `prefix from neighbor`',
  origin: 'prefix and origin: `prefix from AS65001`',
  asns: 'AS numbers: `AS65001, AS65002`',
  learnedRoutes: '`learned routes`; at a circuit `learned routes of <gateway>`',
  site: 'name of the site, or a prefix that belongs to no site',
  poll: 'kind of poll, and the part of the resource that it reads',
  subscription: 'always `subscription`, or `everything` for all subscriptions',
  machine: 'host name',
  announced: 'when the work begins, `2026-11-20T02:00Z`',
  link: 'the step of alerting that failed',
  channel: 'name of the channel',
  database: 'always `database`',
  screen: 'name of the wall',
  history: 'always `history`',
  allCircuits: 'always `all circuits`',
} as const
export type EventSubject = keyof typeof eventSubjectFormats

/**
 * Types of objects that an event's `scope` can name. `collector` is Peerwatch itself; `estate` means all polled
 * resources.
 */
export const eventResourceTypes = [
  'gateway',
  'hub',
  'circuit',
  'connection',
  'network',
  'port',
  'subscription',
  'collector',
  'estate',
] as const
export type EventResourceType = (typeof eventResourceTypes)[number]

/**
 * Kind of poll that proves an event, with the number of consecutive good polls that must agree before a notification is
 * sent.
 */
export interface EventConfirmation {
  poll: PollKind
  samples: 1 | 2 | 3
}

/**
 * Role of an event kind in incidents. An incident groups events with a probable common cause; its root is the event
 * that explains the others.
 */
export interface IncidentRoleOfEventKind {
  /**
   * rank of the kind in an incident. The event with the lowest rank becomes the root; null = after all kinds that have
   * a rank.
   */
  rank: number | null
  /**
   * resources whose failures may have the same cause as an event of this kind.
   * `neighbor`: resources that depend on the same BGP neighbor of the gateway.
   * `any`: all resources in the group that detection evaluates together.
   * Absent: resources that depend on the circuit of the event or, for an event of a gateway, on the gateway.
   */
  failureDomain?: 'neighbor' | 'any'
  /**
   * true if the kind reports an intended action. Peerwatch may learn of such an action long after its effects, so the
   * event may also explain an incident that is already closed.
   */
  explainsLate?: true
  /** true if the kind reports failing polls instead of a fault of the network */
  pollFailure?: true
}

/**
 * Description of an event kind: everything except its detection rule and its cause (causes.ts, which browsers do not
 * load). Lists, names, texts of screens and messages, the sets that detection uses and `GET /api/v1/event-kinds` are
 * derived from these records.
 */
export interface EventKindRecord<Kind extends string = string> {
  area: EventArea
  /** label of a few words: `Session down` */
  name: string
  /** explanation in one sentence, written for an on-call engineer who has just been woken */
  meaning: string
  /**
   * duration of events of this kind. `point`: no duration; the end has the same bounds as the start. `interval`: until
   * the detection rule ends the event. `endedBy`: until an event of the named kind.
   */
  lifecycle: 'point' | 'interval' | { endedBy: Kind }
  /** true if the kind reports that a resource is healthy again */
  recovery?: true
  scopes: readonly EventResourceType[]
  subject: EventSubject
  /** kinds of polls that are needed to detect the start or end of an event of this kind */
  polls: readonly PollKind[]
  /**
   * kinds of polls that prove an event of this kind. Empty = the delay until the event is detected has no maximum,
   * because the proof takes a variable time. For example, the proof needs byte counters, a comparison with usual
   * values, or missing polls
   */
  proof: readonly EventConfirmation[]
  /**
   * true if an event of this kind temporarily shortens the poll intervals, so that the bounds of its end become narrow
   */
  burst: boolean
  /**
   * `expected`: maintenance can cause events of this kind, so inside a maintenance window they send no notification.
   * `alerts`: they send notifications at any time
   */
  maintenance: 'expected' | 'alerts'
  /** role in incidents; `aside` = events of this kind stay outside of all incidents */
  incident: IncidentRoleOfEventKind | 'aside'
}

export const createEventConfirmation = (
  poll: PollKind,
  samples: EventConfirmation['samples'] = 1,
): EventConfirmation => ({ poll, samples })

/** Values that most event kinds have. */
export const DEFAULT_EVENT_KIND_FIELDS = {
  lifecycle: 'interval',
  proof: [],
  burst: false,
  maintenance: 'expected',
  incident: { rank: null },
} as const satisfies Partial<EventKindRecord>
