import type { Circuit, DeclaredSite, Gateway, LearnedSiteView, Network } from '#lib/contract/index.ts'
import type { StatusWords } from '../ui/status.tsx'

/** What the map is drawn from: answers of the API, as they are. */
export interface EstateAnswers {
  circuits: Circuit[]
  gateways: Gateway[]
  networks: Network[]
  sites: DeclaredSite[]
  /** what was learned where no site is declared; absent = not known */
  learnedSites?: LearnedSiteView[]
}

/** Something on the map that leads to a page. `title` says all of it in one line. */
export interface MapItem {
  key: string
  name: string
  href: string
  title: string
}

/** One way between a site and the edge: a path of a circuit, or a tunnel over the Internet. */
export interface Line extends MapItem {
  status: StatusWords
  /** what it carries, where that is known */
  traffic: string | null
}

/** A circuit with its paths, a tunnel, or the rest of a place that is not drawn one by one. */
export interface Row extends MapItem {
  status: StatusWords
  /** 0 = the worst there can be */
  rank: number
  lines: Line[]
  site: MapItem & { detail: string }
  /** what it is connected to behind the edge */
  links: { gatewayId: string; title: string }[]
}

/** A peering location, or the Internet. */
export interface Place {
  key: string
  name: string
  rows: Row[]
}

export interface InstanceMark {
  address: string
  status: StatusWords
}

export interface GatewayNode extends MapItem {
  detail: string
  status: StatusWords
  rank: number
  instances: InstanceMark[]
  /** instances beyond those that are drawn */
  moreInstances: number
}

export interface Spoke extends MapItem {
  status: StatusWords
}

export interface NetworkNode extends MapItem {
  detail: string
  gatewayIds: string[]
  spokes: Spoke[]
  moreSpokes: number
}

/** Everything that is drawn, from the customer's side to Azure's. Each list the worst first. */
export interface EstateMap {
  places: Place[]
  gateways: GatewayNode[]
  networks: NetworkNode[]
  /** true where circuits stand together because they would not fit one by one */
  grouped: boolean
  /** networks without a gateway and without a peer that has one */
  unreached: number
}
