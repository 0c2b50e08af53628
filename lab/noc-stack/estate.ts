/** Sites that are watched. Each has one circuit with two paths and one gateway, and is independent of the others. */
import type { ScenarioInput } from '../simulator/index.ts'
import { realRouterScenario } from '../simulator/daemons/routed-scenario.ts'
import type { PathName } from '../simulator/vocabulary.ts'

export interface NocSite {
  /** number of the site, from 0 */
  n: number
  /** two digits that occur in all of its names */
  id: string
  gateway: string
  /** prefixes of the customer's own network; the first one contains the management addresses of its routers */
  prefixes: string[]
  /** the only prefix of a branch, which no other prefix covers */
  branch: string
  /** prefixes of other networks and a default route, which a route leak announces */
  foreign: string[]
  /**
   * addresses in the management network: the address of the NOC's systems (`noc`) and the addresses of the routers
   * (`managed`)
   */
  noc: string
  managed: Record<PathName, string>
  /** Azure's address on each path */
  msee: Record<PathName, string>
  /** source addresses with which the routers connect to the station on this machine */
  reporter: Record<PathName, string>
}

/** ASN of the collector, to which routers announce the same prefixes as to Azure. */
export const COLLECTOR_ASN = 64_999

/** Maximum number of sites with these addresses. */
export const MAX_SITES = 30

export function createNocSite(n: number): NocSite {
  const id = String(n + 1).padStart(2, '0')
  const own = 100 + n
  const msee = (second: number) => `192.0.2.${8 * n + 4 * second + 2}`
  return {
    n,
    id,
    gateway: `gw-${id}`,
    prefixes: [`10.${own}.0.0/16`, `172.20.${n}.0/24`, `172.21.${n}.0/24`],
    branch: `172.21.${n}.0/24`,
    foreign: ['0.0.0.0/0', `172.24.${n}.0/24`, `172.25.${n}.0/24`],
    noc: `10.${own}.254.1`,
    managed: { primary: `10.${own}.254.2`, secondary: `10.${own}.254.3` },
    msee: { primary: msee(0), secondary: msee(1) },
    reporter: { primary: `127.0.${n + 1}.2`, secondary: `127.0.${n + 1}.3` },
  }
}

/**
 * Names of real peering locations. Each site has a different one, because the product would explain simultaneous faults
 * at one location by a common cause.
 */
const PLACES =
  'Amsterdam Atlanta Berlin Chicago Copenhagen Dallas Denver Dublin Frankfurt Geneva London Madrid Marseille Miami Milan Montreal Mumbai Munich Osaka Oslo Paris Perth Phoenix Seattle Singapore Stockholm Sydney Tokyo Toronto Zurich'.split(
    ' ',
  )

export function createNocEstate(sites: readonly NocSite[]): ScenarioInput {
  const group = 'rg-routed'
  const of = <One>(make: (site: NocSite) => One) => sites.map(make)
  return {
    ...realRouterScenario,
    name: 'noc-stack',
    vnets: of(({ n, id }) => ({
      name: `vnet-${id}`,
      group,
      addressSpace: [`10.${200 + n}.4.0/24`],
      subnets: [{ name: 'GatewaySubnet', prefix: `10.${200 + n}.4.0/27` }],
    })),
    gateways: of(({ n, id, gateway }) => ({
      name: gateway,
      group,
      kind: 'ExpressRoute' as const,
      sku: 'ErGw1AZ',
      vnet: `vnet-${id}`,
      instances: [{ address: `10.${200 + n}.4.12` }],
    })),
    circuits: of(({ n, id }) => ({
      name: `erc-${id}`,
      group,
      provider: `Provider ${id}`,
      peeringLocation: PLACES[n] ?? id,
      connectivity: 'exchange' as const,
      bandwidthMbps: 50,
      peerings: [
        { vlan: 100, peerAsn: 65_001 + n, primary: `192.0.2.${8 * n}/30`, secondary: `192.0.2.${8 * n + 4}/30` },
      ],
    })),
    connections: of(({ n, id, gateway }) => ({
      name: `cxn-${id}`,
      group,
      gateway,
      circuit: `erc-${id}`,
      neighbors: { primary: `10.${200 + n}.4.4`, secondary: `10.${200 + n}.4.5` },
    })),
    sites: of(({ id, prefixes }) => ({
      name: `dc-${id}`,
      prefixes,
      announces: [{ circuit: `erc-${id}` }],
      egress: [{ circuit: `erc-${id}` }],
    })),
  }
}
