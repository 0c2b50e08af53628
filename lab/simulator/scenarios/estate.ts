/**
 * The built-in estate.
 * Contoso has a hub in UK South with peered spokes and two circuits in two peering locations, active/active. Prepending
 * steers traffic from Azure, and router weight steers traffic to Azure. The data centres have iBGP between them, and a
 * VPN gateway as last resort. Northwind has an unlimited circuit with far too little traffic, and a small circuit that
 * is connected to Contoso's hub. Tailspin has a metered circuit that outgrows its plan. Contoso's Zurich is in
 * `estate-zurich.ts`, and its Basel, with circuits on a LAG, in `estate-basel.ts`.
 * Names, addresses and IDs are invented: RFC 1918 and RFC 4193 space, RFC 5737 ranges on the links, private ASNs.
 */
import type { ScenarioInput } from '../schema.ts'
import { builtInEstateCircuits, productionResourceTags } from './estate-circuits.ts'
import { builtInEstateTrafficDemands, builtInEstateSites } from './estate-sites.ts'
import { baselGroup, baselResources } from './estate-basel.ts'
import { type LiveRun, createHappeningsOfProductRuns } from './estate-live.ts'
import { builtInEstatePastHappenings as past } from './estate-story.ts'
import { zurichResources, zurichGroup, zurichStory } from './estate-zurich.ts'

const HOME_TENANT = '00000000-c0de-4000-8000-00000000000a'

/** Source of the hub's connection monitor. */
const fromHub = { vnet: 'vnet-hub-uks', source: '10.0.8.4' }

const story = [...past, ...zurichStory]

const quiet: ScenarioInput = {
  name: 'estate',
  description:
    'Contoso hub with two circuits, one of Northwind and a VPN, Northwind in US East, Tailspin in Johannesburg.',
  timers: { reconnect: '3s', routesAfter: '4s' },
  // The contract has a discount, and records arrive late, so that the bill differs from the product's projection.
  billing: { discount: 0.08, lateDays: 2 },
  subscriptions: [
    {
      id: '00000000-c0de-4000-8000-000000000001',
      name: 'Contoso Connectivity',
      tenant: HOME_TENANT,
      groups: [
        { name: 'rg-contoso-hub', location: 'uksouth', tags: { ...productionResourceTags, customer: 'Contoso' } },
        { name: 'rg-contoso-circuits', location: 'uksouth', tags: { ...productionResourceTags, customer: 'Contoso' } },
        zurichGroup,
        baselGroup,
      ],
    },
    {
      id: '00000000-c0de-4000-8000-000000000002',
      name: 'Contoso Workloads',
      tenant: HOME_TENANT,
      groups: [{ name: 'rg-contoso-apps', location: 'uksouth', tags: { customer: 'Contoso' } }],
    },
    {
      id: '00000000-c0de-4000-8000-000000000003',
      name: 'Northwind US',
      tenant: '00000000-c0de-4000-8000-00000000000b',
      groups: [
        { name: 'useastercust1rg', location: 'eastus', tags: { customer: 'Northwind' } },
        { name: 'rg-northwind-uk', location: 'uksouth', tags: { customer: 'Northwind' } },
      ],
    },
    {
      id: '00000000-c0de-4000-8000-000000000004',
      name: 'Tailspin South Africa',
      tenant: '00000000-c0de-4000-8000-00000000000c',
      groups: [{ name: 'rg-tailspin-network', location: 'southafricanorth', tags: { customer: 'Tailspin' } }],
    },
  ],
  vnets: [
    {
      name: 'vnet-hub-uks',
      group: 'rg-contoso-hub',
      addressSpace: ['10.0.0.0/16', 'fd00:0:a::/48'],
      subnets: [
        {
          name: 'GatewaySubnet',
          prefix: '10.0.4.0/27',
          // traffic from on-premises for the web spoke passes the firewall
          routeTable: {
            name: 'rt-gateway-uks',
            routes: [
              { name: 'web-by-firewall', prefix: '10.101.0.0/16', type: 'VirtualAppliance', nextHop: '10.0.9.4' },
            ],
          },
        },
        { name: 'shared', prefix: '10.0.8.0/22' },
        { name: 'RouteServerSubnet', prefix: '10.0.16.0/27' },
        { name: 'nva', prefix: '10.0.17.0/27' },
      ],
      peerings: [
        { name: 'hub-to-erp', remote: 'vnet-spoke-erp', gatewayTransit: true },
        { name: 'hub-to-web', remote: 'vnet-spoke-web', gatewayTransit: true },
        { name: 'hub-to-lab', remote: 'vnet-spoke-lab', gatewayTransit: true },
      ],
    },
    {
      name: 'vnet-spoke-erp',
      group: 'rg-contoso-apps',
      addressSpace: ['10.100.0.0/16'],
      subnets: [{ name: 'batch', prefix: '10.100.8.0/24' }],
      peerings: [{ name: 'erp-to-hub', remote: 'vnet-hub-uks', useRemoteGateways: true }],
    },
    {
      name: 'vnet-spoke-web',
      group: 'rg-contoso-apps',
      addressSpace: ['10.101.0.0/16', 'fd00:0:b::/48'],
      subnets: [
        {
          name: 'web',
          prefix: '10.101.4.0/24',
          // traffic to the Internet passes the firewall
          routeTable: {
            name: 'rt-web',
            routes: [
              { name: 'internet-by-firewall', prefix: '0.0.0.0/0', type: 'VirtualAppliance', nextHop: '10.0.9.4' },
              // two proxies share the traffic to partners
              {
                name: 'partners-by-proxies',
                prefix: '10.180.0.0/16',
                type: 'VirtualApplianceEcmp',
                nextHops: ['10.0.9.20', '10.0.9.21'],
              },
            ],
          },
        },
      ],
      peerings: [{ name: 'web-to-hub', remote: 'vnet-hub-uks', useRemoteGateways: true }],
    },
    {
      name: 'vnet-spoke-lab',
      group: 'rg-contoso-apps',
      addressSpace: ['10.102.32.0/27'],
      peerings: [{ name: 'lab-to-hub', remote: 'vnet-hub-uks', useRemoteGateways: false }],
    },
    // network that is connected to a hub of a Virtual WAN and contains a network appliance
    {
      name: 'vnet-weu-analytics',
      group: 'rg-contoso-apps',
      location: 'westeurope',
      addressSpace: ['10.111.0.0/16'],
      subnets: [{ name: 'appliances', prefix: '10.111.4.0/27' }],
    },
    {
      name: 'erspvnetcust1',
      group: 'useastercust1rg',
      addressSpace: ['10.64.0.0/16'],
      subnets: [{ name: 'GatewaySubnet', prefix: '10.64.4.0/27' }],
    },
    {
      name: 'vnet-tailspin-jnb',
      group: 'rg-tailspin-network',
      addressSpace: ['10.96.0.0/16'],
      subnets: [{ name: 'GatewaySubnet', prefix: '10.96.4.0/27' }],
    },
    ...zurichResources.vnets,
    ...baselResources.vnets,
  ],
  interfaces: [
    { name: 'nic-web-01', vnet: 'vnet-spoke-web', subnet: 'web', address: '10.101.4.4', machine: 'vm-web-01' },
    // runs only at night
    { name: 'nic-batch-01', vnet: 'vnet-spoke-erp', subnet: 'batch', address: '10.100.8.4', machine: 'vm-batch-01' },
  ],
  gateways: [
    {
      name: 'ergw-hub',
      group: 'rg-contoso-hub',
      kind: 'ExpressRoute',
      // required by FastPath
      sku: 'ErGw3AZ',
      vnet: 'vnet-hub-uks',
      tags: productionResourceTags,
      instances: [
        {
          address: '10.0.4.12',
          internal: [
            { neighbor: '10.0.4.13', connected: true },
            { neighbor: '10.0.4.15', connected: false },
          ],
        },
        { address: '10.0.4.13', internal: [{ neighbor: '10.0.4.12', connected: true }] },
      ],
    },
    {
      name: 'vpngw-hub',
      group: 'rg-contoso-hub',
      kind: 'Vpn',
      sku: 'VpnGw2AZ',
      vnet: 'vnet-hub-uks',
      tags: productionResourceTags,
      instances: [
        { address: '10.0.4.20', internal: [{ neighbor: '10.0.4.21', connected: true }] },
        { address: '10.0.4.21', internal: [{ neighbor: '10.0.4.20', connected: true }] },
      ],
    },
    {
      name: 'erspvnetcust1gw1',
      group: 'useastercust1rg',
      kind: 'ExpressRoute',
      sku: 'Standard',
      vnet: 'erspvnetcust1',
      activeActive: false,
      instances: [
        {
          address: '10.64.4.12',
          internal: [
            { neighbor: '10.64.4.13', connected: true },
            { neighbor: '10.64.4.15', connected: false },
          ],
        },
        { address: '10.64.4.13', internal: [{ neighbor: '10.64.4.12', connected: true }] },
      ],
    },
    {
      name: 'ergw-jnb',
      group: 'rg-tailspin-network',
      kind: 'ExpressRoute',
      sku: 'ErGw1AZ',
      vnet: 'vnet-tailspin-jnb',
      instances: [{ address: '10.96.4.12' }, { address: '10.96.4.13' }],
    },
    ...zurichResources.gateways,
    ...baselResources.gateways,
  ],
  circuits: [...builtInEstateCircuits, ...zurichResources.circuits, ...baselResources.circuits],
  ports: [
    // ordered port, which has no circuit yet
    {
      name: 'erd-london',
      group: 'rg-contoso-circuits',
      peeringLocation: 'London2',
      gbps: 10,
      router: 'lon-06gmr',
      macsec: true,
    },
    ...baselResources.ports,
  ],
  routeServers: [
    // the firewalls' prefixes stay in the hub and its spokes, because branch-to-branch is off
    {
      name: 'rs-hub',
      group: 'rg-contoso-hub',
      vnet: 'vnet-hub-uks',
      addresses: ['10.0.16.4', '10.0.16.5'],
      tags: productionResourceTags,
      peers: [
        { name: 'fw-1', address: '10.0.17.4', asn: 65040, prefixes: ['10.220.0.0/16', '10.221.0.0/16'] },
        { name: 'fw-2', address: '10.0.17.5', asn: 65040, prefixes: ['10.220.0.0/16', '10.221.0.0/16'] },
      ],
    },
  ],
  hubs: [
    {
      name: 'vhub-weu',
      group: 'rg-contoso-hub',
      location: 'westeurope',
      tags: productionResourceTags,
      wan: 'vwan-contoso',
      addressPrefix: '10.110.0.0/23',
      routers: ['10.110.0.68', '10.110.0.69'],
      routedMbps: 24,
      vnets: [{ name: 'conn-analytics', vnet: 'vnet-weu-analytics' }],
      expressRoute: {
        name: 'ergw-vhub-weu',
        scaleUnits: 2,
        connections: [{ name: 'conn-amsterdam', circuit: 'erc-amsterdam', share: 0.05 }],
      },
      vpn: {
        name: 'vpngw-vhub-weu',
        connections: [
          {
            name: 'conn-utrecht',
            site: 'site-utrecht',
            asn: 65012,
            publicAddress: '192.0.2.230',
            prefixes: ['10.40.0.0/16'],
            mbps: 12,
          },
        ],
      },
      bgp: [
        {
          name: 'nva-sdwan',
          address: '10.111.4.4',
          asn: 65013,
          connection: 'conn-analytics',
          prefixes: ['10.41.0.0/16', '10.42.0.0/16'],
        },
      ],
      // route table with prefixes that only the sites of partners may reach
      routeTables: [{ name: 'rt-partners', labels: ['partners'], from: ['conn-utrecht', 'nva-sdwan'] }],
    },
    {
      // hub of branches without circuits; Azure gives no routes of its connection, although its tunnels are up
      name: 'vhub-wholesale',
      group: 'rg-contoso-hub',
      location: 'westeurope',
      tags: productionResourceTags,
      wan: 'vwan-contoso',
      addressPrefix: '10.110.2.0/23',
      routers: ['10.110.2.68', '10.110.2.69'],
      vpn: {
        name: 'vpngw-vhub-wholesale',
        connections: [
          {
            name: 'conn-delft',
            site: 'site-delft',
            asn: 65014,
            publicAddress: '192.0.2.231',
            prefixes: ['10.43.0.0/16'],
            mbps: 3,
            noRoutes: 'null',
          },
        ],
      },
    },
    ...zurichResources.hubs,
  ],
  globalReach: [
    // between the data centres, in addition to their own line
    {
      name: 'reach-london-amsterdam',
      circuit: 'erc-london',
      peer: 'erc-amsterdam',
      prefix: '172.31.255.0/29',
      share: 0.02,
    },
  ],
  routeFilters: [
    {
      // Regional communities only, because Microsoft 365 needs a Premium circuit.
      name: 'rf-contoso-regions',
      group: 'rg-contoso-circuits',
      rules: [{ name: 'allow-europe', communities: ['12076:51002', '12076:51003', '12076:51024'] }],
    },
  ],
  connections: [
    {
      name: 'cxn-hub-london',
      group: 'rg-contoso-hub',
      gateway: 'ergw-hub',
      circuit: 'erc-london',
      neighbors: { primary: '10.0.4.4', secondary: '10.0.4.5' },
      neighbors6: { primary: 'fd00:0:a:4::4', secondary: 'fd00:0:a:4::5' },
    },
    {
      name: 'cxn-hub-amsterdam',
      group: 'rg-contoso-hub',
      gateway: 'ergw-hub',
      circuit: 'erc-amsterdam',
      fastPath: true,
      neighbors: { primary: '10.0.4.6', secondary: '10.0.4.7' },
      neighbors6: { primary: 'fd00:0:a:4::6', secondary: 'fd00:0:a:4::7' },
    },
    {
      // Northwind's circuit is connected to Contoso's gateway by an authorization
      name: 'cxn-hub-northwind',
      group: 'rg-contoso-hub',
      gateway: 'ergw-hub',
      circuit: 'erc-northwind-uk',
      neighbors: { primary: '10.0.4.8', secondary: '10.0.4.9' },
    },
    {
      name: 'cxn-vpn-leeds',
      group: 'rg-contoso-hub',
      gateway: 'vpngw-hub',
      device: {
        name: 'lng-leeds',
        // BGP of the device in Leeds uses APIPA addresses
        address: '169.254.21.2',
        gatewayBgp: ['169.254.21.1', '169.254.21.5'],
        asn: 65010,
        publicAddress: '192.0.2.200',
        ipsec: {
          saLifeTimeSeconds: 27_000,
          saDataSizeKilobytes: 102_400_000,
          ipsecEncryption: 'GCMAES256',
          ipsecIntegrity: 'GCMAES256',
          ikeEncryption: 'AES256',
          ikeIntegrity: 'SHA384',
          dhGroup: 'DHGroup24',
          pfsGroup: 'PFS24',
        },
      },
    },
    {
      // an old router without BGP: with static routes, only its tunnels show an outage
      name: 'cxn-vpn-depot',
      group: 'rg-contoso-hub',
      gateway: 'vpngw-hub',
      device: { name: 'lng-depot', address: '10.201.0.1', asn: 65011, publicAddress: '192.0.2.210', bgp: false },
    },
    {
      name: 'useasterc1cust1-cxn',
      group: 'useastercust1rg',
      gateway: 'erspvnetcust1gw1',
      circuit: 'useasterc1cust1',
      neighbors: { primary: '10.64.4.4', secondary: '10.64.4.5' },
    },
    {
      name: 'cxn-jnb',
      group: 'rg-tailspin-network',
      gateway: 'ergw-jnb',
      circuit: 'erc-johannesburg',
      neighbors: { primary: '10.96.4.4', secondary: '10.96.4.5' },
    },
    ...zurichResources.connections,
    ...baselResources.connections,
  ],
  sites: [...builtInEstateSites, ...zurichResources.sites, ...baselResources.sites],
  monitors: [
    {
      name: 'cm-hub-onprem',
      group: 'rg-contoso-hub',
      tests: [
        { ...fromHub, name: 'london-erp', site: 'dc-london', destination: '10.10.4.20' },
        { ...fromHub, name: 'manchester-files', site: 'dc-manchester', destination: '10.20.4.20' },
      ],
    },
  ],
  demands: [...builtInEstateTrafficDemands, ...zurichResources.demands, ...baselResources.demands],
  happenings: story,
}

/**
 * Returns the built-in estate.
 * @param runs times in which the product has run, oldest first, which determine the live rounds
 */
export function createBuiltInEstate(runs: readonly LiveRun[]): ScenarioInput {
  return { ...quiet, happenings: [...story, ...createHappeningsOfProductRuns(runs)] }
}

export const builtInEstateScenario: ScenarioInput = createBuiltInEstate([])
