interface PollKindRecord {
  /** a name of `RowShapes` (observation.ts): its type, how it is recorded and compared */
  rows: string
  /** the name that people see */
  label: string
  /** the facts of a resource that a poll reads */
  area: 'state' | 'routes' | 'other'
  /** the answers of the API that show its rows, as `streamTopics` (api/stream.ts) names them */
  shownIn: readonly string[]
  /** among the kinds that show the current state of a resource: 1 = the most conclusive; absent = it is none of them */
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

export type RowShape = Records[PollKind]['rows']
export type KindsOf<Shape extends RowShape> = {
  [Kind in PollKind]: Records[Kind]['rows'] extends Shape ? Kind : never
}[PollKind]
export const rowShapeOf = (kind: PollKind): RowShape => pollKindRecords[kind].rows

export type RouteKind = KindsOf<'routes'>
export const isRouteKind = (kind: PollKind): kind is RouteKind => rowShapeOf(kind) === 'routes'
/** Polls that read a route table. */
export const routeKinds = pollKinds.filter(isRouteKind)

const AREAS = ['state', 'routes', 'other'] as const
/** The kinds as people read them: by their area. */
export const pollKindsByArea = AREAS.flatMap((area) => pollKinds.filter((kind) => pollKindRecords[kind].area === area))

/** Kinds of polls that read the routes by which Azure forwards: routes that gateways learned, and tables of circuits' paths and hubs. */
export const forwardingTables = ['learned', 'tables'] as const satisfies readonly PollKind[]
export type ForwardingTable = (typeof forwardingTables)[number]
export const isForwardingTable = (kind: string): kind is ForwardingTable => kind === 'learned' || kind === 'tables'

/**
 * How a poll ended. Only `ok` is readable as absence; `incomplete` holds rows that are true, but what it
 * lacks is not thereby gone. Everything else says nothing at all about the network. `throttled` is a budget
 * of Azure's that is used up; `locked` is another operation on the resource, which says nothing of any budget. `paused` is no failure either: nobody
 * polled, because an operator paused it. `clock` was answered, but dated by a clock that differs from the database's: nothing of it is recorded, as if
 * nobody had polled.
 */
export const outcomes = [
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
  'paused',
] as const
export type Outcome = (typeof outcomes)[number]

/** The two physical paths of an ExpressRoute circuit, by Azure's names. */
export const circuitPaths = ['primary', 'secondary'] as const
export type CircuitPath = (typeof circuitPaths)[number]

export const peeringNames = ['AzurePrivatePeering', 'MicrosoftPeering', 'AzurePublicPeering'] as const

export const peeringTypes = ['private', 'microsoft', 'public'] as const
export type PeeringType = (typeof peeringTypes)[number]

/** The kind of a peering by its ARM name, in any case; null = of none that is known, or none is named. */
export function peeringKind(name: string | null): PeeringType | null {
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
/** Kinds that show the current state of a resource, the most conclusive first: these are polled faster in a burst. */
export const momentKinds: readonly PollKind[] = pollKinds
  .filter((kind) => rankOf(kind) > 0)
  .toSorted((a, b) => rankOf(a) - rankOf(b))
