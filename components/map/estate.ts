import type { ActiveProblem } from '#lib/overview/api/index.ts'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { DeclaredSite, LearnedSiteView } from '#lib/contract/index.ts'
import type { Gateway } from '#lib/gateways/api/index.ts'
import type { Network, Probe } from '#lib/networks/api/index.ts'
import type { StatusText } from '../ui/status.tsx'
import type { ProbeBrief } from './probe-brief.ts'

/** API responses from which the map is built. */
export interface MapAnswers {
  circuits: Circuit[]
  gateways: Gateway[]
  networks: Network[]
  sites: DeclaredSite[]
  /** sites learned from routes, for circuits without a declared site; absent = unknown */
  learnedSites?: LearnedSiteView[]
  /** ongoing problems, which are the same as on the overview and the wall display; absent = not loaded yet */
  problems?: readonly ActiveProblem[]
  /** tests of connection monitors, and the time of the response in epoch milliseconds; absent = unknown */
  probes?: { tests: readonly Probe[]; asOf: number }
}

/** Item of the map that links to a page. `title` is its full text, for tooltips and screen readers. */
export interface MapItem {
  key: string
  name: string
  href: string
  title: string
}

/** Line between a site and Azure's edge. It represents a path of a circuit, or a tunnel over the Internet. */
export interface MapLine extends MapItem {
  status: StatusText
  /** traffic of the path as text; null = unknown */
  traffic: string | null
  /** used share of the bandwidth in the direction with more traffic, 0 to 1; absent = unknown */
  load?: number
  /**
   * for a line that represents a group of paths, the number of paths in each state, in drawing order; absent = the line
   * represents a single path
   */
  parts?: { tone: StatusText['tone']; count: number }[]
  /**
   * whether the line is an addition to the path of another line, for example the path's IPv6 session; absent = the line
   * is a path itself
   */
  isBesidePath?: true
}

/** Row of the map: a circuit with its paths, a tunnel, or a group of a location's circuits. */
export interface Row extends MapItem {
  status: StatusText
  /** order by severity; 0 = worst */
  rank: number
  lines: MapLine[]
  /**
   * on-premises end of the row. `names`: declared or learned sites; absent = unknown. `status`: expected state of the
   * site in a what-if scenario; absent = the map does not show a scenario
   */
  site: MapItem & { detail: string; names?: readonly string[]; status?: StatusText }
  /** connections to gateways */
  links: { gatewayId: string; title: string }[]
  /** latest results of connection tests over the circuit; absent = no recent results */
  probe?: ProbeBrief
}

/** Place on the map: a peering location, or the Internet for tunnels. */
export interface MapPlace {
  key: string
  name: string
  rows: Row[]
  /**
   * whether the circuits of the place are drawn individually (`isOpen`) or as one row, and their number; absent = the
   * place cannot be collapsed
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

export interface Spoke extends MapItem {
  status: StatusText
}

export interface MapNetwork extends MapItem {
  detail: string
  gatewayIds: string[]
  spokes: Spoke[]
  moreSpokes: number
}

/**
 * Complete map, from the customer's side to Azure's side. Places and gateways are sorted by name, networks in the order
 * of their gateways.
 */
export interface TopologyMap {
  places: MapPlace[]
  gateways: MapGateway[]
  networks: MapNetwork[]
  /** whether circuits are grouped because they do not fit individually */
  grouped: boolean
  /** number of networks that have neither a gateway nor a peer with a gateway */
  unreached: number
}

/**
 * Returns the reason for the impaired status of a resource whose own state is healthy; null = unknown. Problems of the
 * resource's sites and sessions are also used.
 */
export function problemReasonOf(
  id: string,
  type: 'circuit' | 'gateway',
  problems: readonly ActiveProblem[] = [],
): string | null {
  const problem = problems.find((one) => one.id === id && (one.type === type ? one.kind !== null : isPart(one)))
  if (!problem) return null
  return problem.type === 'site' ? `${problem.name} ${problem.reason}` : problem.reason
}

const isPart = ({ type }: ActiveProblem) => type === 'site' || type === 'session'
