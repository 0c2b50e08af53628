import type { ActiveProblem } from '#lib/overview/api/index.ts'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { DeclaredSite, LearnedSiteView } from '#lib/contract/index.ts'
import type { Gateway } from '#lib/gateways/api/index.ts'
import type { Network, Probe } from '#lib/networks/api/index.ts'
import type { StatusText } from '../ui/status.tsx'
import type { ProbeBrief } from './probe-brief.ts'

/** API responses that the map is built from. */
export interface MapAnswers {
  circuits: Circuit[]
  gateways: Gateway[]
  networks: Network[]
  sites: DeclaredSite[]
  /** sites learned from routes where none is declared; absent = unknown */
  learnedSites?: LearnedSiteView[]
  /** the list that overview and wall show; absent = not read yet */
  problems?: readonly ActiveProblem[]
  /** tests of connection monitors, and when they were read in epoch milliseconds; absent = unknown */
  probes?: { tests: readonly Probe[]; asOf: number }
}

/** A map item that links to a page. `title` is its full text. */
export interface MapItem {
  key: string
  name: string
  href: string
  title: string
}

/** A path between a site and the edge: of a circuit, or a tunnel over the Internet. */
export interface MapLine extends MapItem {
  status: StatusText
  /** its traffic; null = unknown */
  traffic: string | null
  /** share of the bandwidth that the busier direction takes, 0 to 1; absent = unknown */
  load?: number
  /** of a group: how many of its lines are in each state, in the order in which they are drawn; absent = one line */
  parts?: { tone: StatusText['tone']; count: number }[]
  /** it goes beside the path of another line, as one over IPv6 does; absent = it is the path */
  isBesidePath?: true
}

/** A circuit with its paths, a tunnel, or a group of a location's remaining circuits. */
export interface Row extends MapItem {
  status: StatusText
  /** 0 = the worst there can be */
  rank: number
  lines: MapLine[]
  /** `names`: every site behind it, declared or learned; absent = none is known. `status`: what becomes of it; absent = nothing is asked */
  site: MapItem & { detail: string; names?: readonly string[]; status?: StatusText }
  /** its connections to gateways */
  links: { gatewayId: string; title: string }[]
  /** what tests of what it carries measured; absent = nothing lately */
  probe?: ProbeBrief
}

/** A peering location, or the Internet. */
export interface MapPlace {
  key: string
  name: string
  rows: Row[]
  /** whether its circuits are drawn one by one or as one; absent = there is nothing to choose */
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
  /** instances that are not drawn */
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

/** The whole map, from the customer's side to Azure's. Each list worst first. */
export interface TopologyMap {
  places: MapPlace[]
  gateways: MapGateway[]
  networks: MapNetwork[]
  /** whether circuits are grouped because they do not fit individually */
  grouped: boolean
  /** networks without a gateway and without a peer that has one */
  unreached: number
}

/** Why a resource whose own state is well is called otherwise; null = nothing is known. Its sites and sessions are its own. */
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
