interface PollKindRecord {
  /**
   * key of `RowShapes` (observation.ts), which defines the type of the rows. The shape also determines how rows are
   * recorded and compared
   */
  rows: string
  /** display name of the poll kind */
  label: string
  /** group in which screens list the poll kind */
  area: 'state' | 'routes' | 'other'
  /** topics of the API (`streamTopics` in api/stream.ts) whose data contains the rows of these polls */
  shownIn: readonly string[]
  /**
   * rank among the poll kinds that show the current state of a resource; 1 = the kind that proves a state best. Absent
   * = the kind does not show the current state
   */
  conclusive?: number
}

/** Kinds of polls. `lib/azure/kinds` defines the requests of each kind. */
export const pollKindRecords = {
  peers: { rows: 'peers', label: 'BGP peers', area: 'state', shownIn: ['sessions', 'gateways'], conclusive: 1 },
  summary: { rows: 'neighbors', label: 'CE sessions', area: 'state', shownIn: ['sessions', 'circuits'], conclusive: 2 },
  arp: { rows: 'arp', label: 'ARP', area: 'state', shownIn: ['circuits'], conclusive: 5 },
  stats: { rows: 'counters', label: 'Counters', area: 'state', shownIn: ['circuits'], conclusive: 4 },
  learned: { rows: 'routes', label: 'Learned', area: 'routes', shownIn: ['routes'], conclusive: 3 },
  advertised: { rows: 'routes', label: 'Advertised', area: 'routes', shownIn: ['routes'] },
  tables: { rows: 'routes', label: 'Path tables', area: 'routes', shownIn: ['routes'], conclusive: 6 },
  effective: { rows: 'routes', label: 'Effective routes', area: 'routes', shownIn: ['routes'] },
  connection: { rows: 'connection', label: 'Connections', area: 'state', shownIn: ['gateways'], conclusive: 7 },
  inventory: { rows: 'inventory', label: 'Inventory', area: 'other', shownIn: ['circuits', 'gateways'] },
  metrics: { rows: 'buckets', label: 'Metrics', area: 'other', shownIn: ['gateways', 'circuits'] },
  activity: { rows: 'entries', label: 'Activity log', area: 'other', shownIn: [] },
  probe: { rows: 'buckets', label: 'Probe', area: 'other', shownIn: ['gateways', 'circuits'] },
} as const satisfies Readonly<Record<string, PollKindRecord>>

type Records = typeof pollKindRecords
export type PollKind = keyof Records
export const pollKinds = Object.keys(pollKindRecords) as PollKind[]

export type PollRowShape = Records[PollKind]['rows']
export type PollKindsOfShape<Shape extends PollRowShape> = {
  [Kind in PollKind]: Records[Kind]['rows'] extends Shape ? Kind : never
}[PollKind]
export const getPollRowShape = (kind: PollKind): PollRowShape => pollKindRecords[kind].rows

export type RoutePollKind = PollKindsOfShape<'routes'>
export const isRoutePollKind = (kind: PollKind): kind is RoutePollKind => getPollRowShape(kind) === 'routes'
/** Poll kinds that read a route table. */
export const routePollKinds = pollKinds.filter(isRoutePollKind)

const AREAS = ['state', 'routes', 'other'] as const
/** All poll kinds in display order: state, then routes, then the rest. */
export const pollKindsByArea = AREAS.flatMap((area) => pollKinds.filter((kind) => pollKindRecords[kind].area === area))

/**
 * Poll kinds that read the routes by which Azure forwards packets: the learned routes of gateways, and the route tables
 * of circuit paths and hubs.
 */
export const forwardingTablePollKinds = ['learned', 'tables'] as const satisfies readonly PollKind[]
export type ForwardingTablePollKind = (typeof forwardingTablePollKinds)[number]
export const isForwardingTablePollKind = (kind: string): kind is ForwardingTablePollKind =>
  kind === 'learned' || kind === 'tables'

/**
 * Outcomes of a poll.
 * - `ok`: the poll is complete, so a row that is missing does not exist.
 * - `incomplete`: the rows are true, but rows may be missing. If the poll names the instances that did not report, only
 * rows of these instances may be missing.
 * - All others contain no information about the network.
 * - `throttled`: a request budget of Azure is used up.
 * - `locked`: another operation on the resource is running, which does not affect any budget.
 * - `superseded`: another worker took over the poll.
 * - `not_given`: Azure gives no routes for this connection of a hub, although the connection may have routes. This is not a
 * failure.
 * - `paused`: an operator paused the poll, which is not a failure.
 * - `clock`: the polling machine's clock differs from the clock of the database, so the result is discarded.
 */
export const pollOutcomes = [
  'ok',
  'unauthorized',
  'forbidden',
  'not_found',
  'throttled',
  'locked',
  'unavailable',
  'timeout',
  'malformed',
  'incomplete',
  'superseded',
  'clock',
  'not_polled',
  'not_given',
  'paused',
] as const
export type PollOutcome = (typeof pollOutcomes)[number]

/** The two physical paths of an ExpressRoute circuit, with Azure's names. */
export const circuitPaths = ['primary', 'secondary'] as const
export type CircuitPath = (typeof circuitPaths)[number]

export const peeringNames = ['AzurePrivatePeering', 'MicrosoftPeering', 'AzurePublicPeering'] as const

export const peeringTypes = ['private', 'microsoft', 'public'] as const
export type PeeringType = (typeof peeringTypes)[number]

/** Returns the type of a peering by its ARM name in any case; null = unknown name or no name. */
export function parsePeeringType(name: string | null): PeeringType | null {
  switch (name?.toLowerCase()) {
    case 'azureprivatepeering':
      return 'private'
    case 'microsoftpeering':
      return 'microsoft'
    case 'azurepublicpeering':
      return 'public'
    default:
      return null
  }
}

const rankOf = (kind: PollKind): number => {
  const record: PollKindRecord = pollKindRecords[kind]
  return record.conclusive ?? 0
}
/**
 * Poll kinds that show the current state of a resource, the kind that proves a state best first. After an event, these
 * polls are made more often for a while (a burst).
 */
export const currentStatePollKinds: readonly PollKind[] = pollKinds
  .filter((kind) => rankOf(kind) > 0)
  .toSorted((a, b) => rankOf(a) - rankOf(b))
