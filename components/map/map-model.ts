import type { ActiveProblem } from '#lib/overview/api/index.ts'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { DeclaredSite, ApiLearnedSite } from '#lib/contract/index.ts'
import type { Gateway } from '#lib/gateways/api/index.ts'
import type { Network, ConnectionMonitorTest } from '#lib/networks/api/index.ts'
import type { StatusText } from '../ui/status.tsx'
import type { ProbeSummary } from './probe-summary.ts'

/** API responses from which the map is built. */
export interface MapData {
  circuits: Circuit[]
  gateways: Gateway[]
  networks: Network[]
  sites: DeclaredSite[]
  /** sites that Peerwatch learned from routes, for circuits without a declared site; absent = unknown */
  learnedSites?: ApiLearnedSite[]
  /**
   * short text about the effect of each circuit's loss, by the circuit's ID, for example `9 prefixes at risk`; absent =
   * not shown
   */
  risks?: ReadonlyMap<string, string>
  /** ongoing problems, which are the same as on the overview and the wall display; absent = not loaded yet */
  problems?: readonly ActiveProblem[]
  /** time of the last poll of the networks, ISO 8601; absent = their poll is not late */
  networksPolledAt?: string
  /** connection monitor tests, and the time of their response in epoch milliseconds; absent = unknown */
  probes?: { tests: readonly ConnectionMonitorTest[]; asOf: number }
}

/** Item of the map with a link to a page. `title` is its full text, for tooltips and screen readers. */
export interface MapItem {
  key: string
  name: string
  href: string
  title: string
}

/** Line between a site and Azure's edge. It represents a path of a circuit, or a tunnel over the Internet. */
export interface EstateMapPathLine extends MapItem {
  status: StatusText
  /** time of the last poll that confirmed the state of the path, ISO 8601; absent = it is polled */
  unconfirmedSince?: string
  /** traffic of the path as text; null = unknown */
  traffic: string | null
  /** used share of the bandwidth in the direction with more traffic, 0 to 1; absent = unknown */
  load?: number
  /**
   * Number of paths in each state, in drawing order, if the line combines several paths; absent = the line is a single
   * path.
   */
  parts?: { tone: StatusText['tone']; count: number }[]
  /**
   * true = the line does not represent a path itself, but shows more about a path that has its own line, for example
   * the state of the path's IPv6 session. Absent = the line represents a path
   */
  isBesidePath?: true
}

/** Row of the map: a circuit with its paths, a VPN tunnel, or several circuits of one location. */
export interface MapRow extends MapItem {
  status: StatusText
  /** status with the time of the last known state, for places with space for it; absent = `status` is current */
  fullStatus?: StatusText
  /**
   * whether `status` is a last known state. In a row of several circuits, it is the state of the worst circuit. Absent =
   * it is current
   */
  isLastKnown?: boolean
  /** position in the order of severity; 0 = worst */
  rank: number
  lines: EstateMapPathLine[]
  /**
   * On-premises end of the row.
   * - `names`: declared or learned sites; absent = unknown
   * - `status`: state of the site in a what-if scenario; absent = the map does not show a scenario
   */
  site: MapItem & { detail: string; names?: readonly string[]; status?: StatusText }
  /** short text about the effect of the circuit's loss; absent = no prefix is at risk, or the effect is not loaded */
  risk?: string
  /** connections to gateways */
  links: { gatewayId: string; title: string }[]
  /** latest results of connection tests over the circuit; absent = no recent results */
  probe?: ProbeSummary
}

/** Place on the map: a peering location, or the Internet for VPN tunnels. */
export interface MapPlace {
  key: string
  name: string
  rows: MapRow[]
  /**
   * Whether the circuits of the place have separate rows (`isOpen` true) or one common row, and the number of circuits;
   * absent = the user cannot change this.
   */
  fold?: { isOpen: boolean; circuits: number }
}

interface InstanceMark {
  address: string
  status: StatusText
}

export interface MapGateway extends MapItem {
  detail: string
  status: StatusText
  rank: number
  instances: InstanceMark[]
  /** number of instances that are not drawn */
  moreInstances: number
}

export interface MapSpoke extends MapItem {
  status: StatusText
}

export interface MapNetwork extends MapItem {
  detail: string
  gatewayIds: string[]
  spokes: MapSpoke[]
  moreSpokes: number
}

/**
 * Whole map, from the customer's side to Azure's side. Places and gateways are sorted by name, networks in the order of
 * their gateways.
 */
export interface TopologyMap {
  places: MapPlace[]
  gateways: MapGateway[]
  networks: MapNetwork[]
  /** whether circuits of a location share a row, because there are too many for separate rows */
  grouped: boolean
  /** number of networks without a gateway and without a peering to a network with a gateway */
  unreached: number
}

/**
 * Returns the reason why a resource counts as impaired although its own state is healthy; null = the reason is unknown.
 * The reason may be a problem of one of the resource's sites or sessions.
 */
export function findProblemReason(
  id: string,
  type: 'circuit' | 'gateway',
  problems: readonly ActiveProblem[] = [],
): string | null {
  const problem = problems.find((one) => one.id === id && (one.type === type ? one.kind !== null : isPart(one)))
  if (!problem) return null
  return problem.type === 'site' ? `${problem.name} ${problem.reason}` : problem.reason
}

const isPart = ({ type }: ActiveProblem) => type === 'site' || type === 'session'
