import { azureReservedAsns } from '#lib/bgp/index.ts'

type Page = `https://learn.microsoft.com/azure/${string}`

const AZURE = 'https://learn.microsoft.com/azure'
const LIMITS = `${AZURE}/azure-resource-manager/management/azure-subscription-service-limits#expressroute-limits`
const GATEWAYS = `${AZURE}/expressroute/expressroute-about-virtual-network-gateways`
const VPN_SKUS = `${AZURE}/vpn-gateway/about-gateway-skus`
const HUBS = `${AZURE}/virtual-wan/hub-settings#capacity` as const
const HUB_CIRCUITS = `${AZURE}/virtual-wan/virtual-wan-expressroute-about#expressroute-limits-in-virtual-wan` as const
const FASTPATH = `${AZURE}/expressroute/about-fastpath`
const BFD = `${AZURE}/expressroute/expressroute-bfd`
const AVAILABILITY = `${AZURE}/expressroute/designing-for-high-availability-with-expressroute`

interface Fact<Value> {
  value: Value
  /** meaning of the value, with its unit */
  states: string
  source: Page
}

const fact = <const Value>(value: Value, states: string, source: Page): Fact<Value> => ({ value, states, source })

/**
 * Numbers and dates of Azure on which the code depends, each with the page that documents it. `azureDocPages` lists
 * when each page was last checked. If Azure changes a value, it must be changed here and mentioned in the changelog.
 */
export const azureDocumentedValues = {
  reserved_asns: fact(
    azureReservedAsns,
    'ASNs that a customer’s router may not use.',
    `${AZURE}/expressroute/expressroute-routing#autonomous-system-numbers-asn`,
  ),
  private_prefixes: fact(4_000, 'IPv4 prefixes on private peering, Local and Standard.', LIMITS),
  private_prefixes_premium: fact(10_000, 'IPv4 prefixes on private peering, Premium.', LIMITS),
  private_prefixes_ipv6: fact(100, 'IPv6 prefixes on private peering, either tier.', LIMITS),
  microsoft_prefixes: fact(200, 'IPv4 prefixes on Microsoft peering.', LIMITS),
  microsoft_prefixes_ipv6: fact(200, 'IPv6 prefixes on Microsoft peering.', LIMITS),
  advertised_prefixes: fact(1_000, 'IPv4 prefixes that a gateway may announce over one connection.', LIMITS),
  advertised_prefixes_ipv6: fact(100, 'IPv6 prefixes that a gateway may announce over one connection.', LIMITS),
  vnet_links: fact(10, 'Virtual networks on a Local or Standard circuit.', LIMITS),
  vnet_links_premium: fact(
    [
      [10_000, 100],
      [5_000, 75],
      [2_000, 60],
      [1_000, 50],
      [500, 40],
      [100, 25],
      [0, 20],
    ],
    'Virtual networks on a Premium circuit from so many Mb/s on, the widest first.',
    LIMITS,
  ),
  circuits_in_location: fact(4, 'Circuits of one peering location on one virtual network, any SKU.', LIMITS),
  circuits_in_region: fact(10, 'Circuits of a subscription in one region.', LIMITS),
  circuits_in_subscription: fact(50, 'Circuits of a subscription; Microsoft’s support raises it.', LIMITS),
  fastpath_addresses: fact(25_000, 'FastPath addresses of a provider’s circuit.', FASTPATH),
  fastpath_addresses_direct: fact(100_000, 'FastPath addresses of an ExpressRoute Direct port of 10 Gb/s.', FASTPATH),
  fastpath_addresses_direct_100: fact(200_000, 'FastPath addresses of a Direct port of 100 Gb/s.', FASTPATH),
  fastpath_scale_units: fact(10, 'Scale units from which on ErGwScale takes FastPath.', FASTPATH),
  gateway_connections: fact(
    {
      standard: 4,
      ergw1az: 4,
      highperformance: 8,
      ergw2az: 8,
      ultraperformance: 16,
      ergw3az: 16,
    },
    'Circuits that an ExpressRoute gateway is connected to.',
    GATEWAYS,
  ),
  gateway_prefixes: fact(
    {
      standard: 4_000,
      ergw1az: 4_000,
      highperformance: 9_500,
      ergw2az: 9_500,
      ultraperformance: 9_500,
      ergw3az: 9_500,
    },
    'Prefixes that an ExpressRoute gateway learns.',
    GATEWAYS,
  ),
  scalable_connections: fact(
    [
      [10, 16],
      [2, 8],
      [0, 4],
    ],
    'Circuits that ErGwScale is connected to from so many scale units on.',
    GATEWAYS,
  ),
  scalable_prefixes: fact(60_000, 'Prefixes that ErGwScale learns in all, whatever its scale units.', GATEWAYS),
  hub_prefixes: fact(10_000, 'Prefixes that a Virtual WAN hub takes from all that is connected to it.', HUBS),
  hub_peer_prefixes: fact(
    4_000,
    'Prefixes that a Virtual WAN hub takes from one BGP peer, for example a network appliance.',
    `${AZURE}/virtual-wan/scenario-bgp-peering-hub`,
  ),
  route_server_peer_prefixes: fact(
    4_000,
    'Prefixes that a Route Server takes from one BGP peer; above it the session ends.',
    `${AZURE}/route-server/route-server-faq`,
  ),
  hub_circuits: fact(8, 'Circuits of the ExpressRoute gateway of a hub, whatever its scale units.', HUB_CIRCUITS),
  hub_gateway_unit: fact(
    { bits: 2e9, packets: 200_000 },
    'Bit/s and packets per second of the ExpressRoute gateway of a hub for each of its scale units.',
    `${AZURE}/virtual-wan/virtual-wan-expressroute-about`,
  ),
  hub_circuits_in_location: fact(4, 'Circuits of one peering location on one hub.', HUB_CIRCUITS),
  hub_branches: fact(
    1_000,
    'VPN connections of a hub.',
    `${AZURE}/azure-resource-manager/management/azure-subscription-service-limits#virtual-wan-limits`,
  ),
  hub_machines_per_unit: fact(1_000, 'Virtual machines in connected networks for each unit of a hub’s router.', HUBS),
  user_vpn_clients: fact(
    [
      [200, 100_000],
      [180, 90_000],
      [160, 80_000],
      [140, 70_000],
      [120, 60_000],
      [100, 50_000],
      [80, 40_000],
      [60, 30_000],
      [40, 20_000],
      [11, 10_000],
      [7, 5_000],
      [4, 1_000],
      [1, 500],
    ],
    'Devices that are connected to a user VPN gateway at the same time, from so many scale units on.',
    `${AZURE}/virtual-wan/virtual-wan-faq#for-user-vpn-point-to-site--how-many-clients-are-supported`,
  ),
  vpn_tunnels: fact(
    { basic: 10, vpngw1: 30, vpngw2: 30, vpngw3: 30, vpngw4: 100, vpngw5: 100 },
    'Site-to-site and VNet-to-VNet tunnels of a VPN gateway.',
    VPN_SKUS,
  ),
  vpn_users: fact(
    { vpngw1: 250, vpngw2: 500, vpngw3: 1_000, vpngw4: 5_000, vpngw5: 10_000 },
    'Point-to-site connections of a VPN gateway by IKEv2 and OpenVPN.',
    VPN_SKUS,
  ),
  vpn_sstp_users: fact(
    128,
    'Point-to-site connections of a VPN gateway by SSTP, any SKU; they do not count towards those by IKEv2 and OpenVPN.',
    VPN_SKUS,
  ),
  vpn_prefixes: fact(
    4_000,
    'Prefixes that a VPN gateway takes from one BGP peer; above it the session ends.',
    `${AZURE}/vpn-gateway/vpn-gateway-vpn-faq#bgp`,
  ),
  bfd_interval_ms: fact([300, 750], 'BFD interval by default, and in some cases; three missed packets end it.', BFD),
  hold_time_s: fact(180, 'Hold time of a BGP session at Microsoft’s edge.', BFD),
  circuit_sla: fact(
    99.95,
    'Availability of a circuit of which both connections run BGP, per cent of a month.',
    AVAILABILITY,
  ),
  public_peering_end: fact(
    '31 March 2024',
    'Azure public peering retired.',
    `${AZURE}/expressroute/about-public-peering`,
  ),
  basic_address_end: fact(
    '30 September 2025',
    'Public addresses of SKU Basic retired.',
    `${AZURE}/expressroute/gateway-migration`,
  ),
} as const

/**
 * Returns the value for a gateway SKU from one of the facts that have a value per SKU; undefined = not documented by
 * Azure.
 * @param sku in lower case
 */
export const getDocumentedValueForSku = (values: Readonly<Record<string, number>>, sku: string): number | undefined =>
  values[sku]
