import { describe, expect, it } from 'vitest'
import { armTypes } from '#lib/contract/index.ts'
import { decodeResourceConfig } from './config/index.ts'
import { armError } from './testing/arm-server.ts'
import { createTestArmInventory, SUBSCRIPTION_ID, withAzure } from './testing/fixture.ts'

const context = withAzure()
const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/Hub/providers/Microsoft.Network`
const resource = (type: string, name: string, properties: object, more: object = {}) => ({
  id: `${GROUP}/${type}/${name}`,
  name,
  location: 'uksouth',
  properties,
  ...more,
})
const idOf = (type: string, name: string) => ({ id: `${GROUP}/${type}/${name}` })

const device = resource('localNetworkGateways', 'leeds', {
  gatewayIpAddress: '192.0.2.200',
  bgpSettings: { asn: 65010, bgpPeeringAddress: '10.200.0.1' },
})
const connection = (properties: object) => resource('connections', 'gw-leeds', properties)

const routes = [
  {
    name: 'web',
    properties: { addressPrefix: '10.1.0.0/16', nextHopType: 'VirtualAppliance', nextHopIpAddress: '10.0.9.4' },
  },
  {
    name: 'equal',
    properties: {
      addressPrefix: '10.71.0.0/16',
      nextHopType: 'VirtualApplianceEcmp',
      nextHop: { nextHopIpAddresses: ['10.0.9.21', '10.0.9.22', '10.0.9.23'] },
    },
  },
  { name: 'broken', properties: {} },
]
const table = resource('routeTables', 'rt-gateway', { disableBgpRoutePropagation: false, routes })
const network = (subnet: string, routeTable?: object) =>
  resource('virtualNetworks', 'hub', {
    subnets: [{ name: subnet, properties: { addressPrefix: '10.0.4.0/27', routeTable } }],
  })

const address = (name: string, zones?: string[]) =>
  resource('publicIPAddresses', name, { ipAddress: '203.0.113.7' }, zones && { zones })
const gateway = resource('virtualNetworkGateways', 'gw', {
  gatewayType: 'Vpn',
  ipConfigurations: [{ name: 'default', properties: { publicIPAddress: idOf('publicIPAddresses', 'pip-gw') } }],
})

const link = (name: string, asn: number) => ({
  name,
  properties: { ipAddress: '192.0.2.230', bgpProperties: { asn, bgpPeeringAddress: '10.40.0.1' } },
})
const site = resource('vpnSites', 'utrecht', { vpnSiteLinks: [link('adsl', 65012), link('lte', 0)] })
const gatewayTo = (remote: string) =>
  resource('vpnGateways', 'vpn1', {
    virtualHub: idOf('virtualHubs', 'hub1'),
    connections: [{ name: 'conn', properties: { remoteVpnSite: { id: remote } } }],
  })

/**
 * Lists that are fetched only if another resource refers to an entry. Each case has the referring resources (`naming`),
 * the list itself, and resources without a reference or with a reference to another place (`without`).
 */
const lists = [
  {
    list: 'localNetworkGateways',
    type: armTypes.localNetworkGateway,
    naming: [connection({ connectionType: 'IPsec', localNetworkGateway2: { id: device.id, properties: {} } }), device],
    without: [[connection({ connectionType: 'ExpressRoute' }), device]],
    behind: /\/connections$/i,
    config: { asn: 65010 },
  },
  {
    list: 'routeTables',
    type: armTypes.routeTable,
    naming: [network('GatewaySubnet', { id: table.id }), table],
    without: [
      [network('GatewaySubnet'), table],
      [network('web', { id: table.id }), table],
    ],
    behind: /\/virtualNetworks$/i,
    config: {
      propagatesBgp: true,
      routes: [
        { name: 'web', prefix: '10.1.0.0/16', nextHopType: 'VirtualAppliance', nextHops: ['10.0.9.4'] },
        {
          name: 'equal',
          prefix: '10.71.0.0/16',
          nextHopType: 'VirtualApplianceEcmp',
          nextHops: ['10.0.9.21', '10.0.9.22', '10.0.9.23'],
        },
      ],
    },
  },
  {
    list: 'publicIPAddresses',
    type: armTypes.publicAddress,
    naming: [gateway, address('pip-gw', ['1']), address('pip-of-a-web-server')],
    without: [[address('pip-gw')]],
    behind: /\/virtualNetworkGateways$/i,
    config: { address: '203.0.113.7', zones: ['1'] },
  },
  {
    list: 'vpnSites',
    type: armTypes.vpnSite,
    naming: [gatewayTo(site.id), site],
    without: [[site], [gatewayTo(site.id.replace(SUBSCRIPTION_ID, 'other')), site]],
    behind: /\/vpnGateways$/i,
    config: { devices: [{ link: 'adsl', asn: 65012, bgpAddress: '10.40.0.1' }] },
  },
]

describe.each(lists)('$list', ({ list, type, naming, without, behind, config }) => {
  const own = new RegExp(`/${list}$`, 'i')
  const asked = () => context.server.requests.flatMap(({ path }) => (own.test(path) ? [path.toLowerCase()] : []))

  it('are listed where a resource names one, and no others are', async () => {
    context.server.reset(createTestArmInventory({ resources: naming }))
    const { outcome, rows } = await context.inventory()
    const place = list === 'vpnSites' ? `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.Network` : GROUP
    expect([outcome, asked()]).toEqual(['ok', [`${place}/${list}`.toLowerCase()]])
    expect(rows.listedTypes).toContain(type)
    const found = rows.resources.filter((row) => row.type === type)
    expect(found.map((row) => decodeResourceConfig(row.type, row.config))).toMatchObject([config])
  })

  it.each(without.map((resources) => ({ resources })))('are not asked for otherwise', async ({ resources }) => {
    context.server.reset(createTestArmInventory({ resources }))
    const { outcome, rows } = await context.inventory()
    expect([outcome, asked()]).toEqual(['ok', []])
    expect(rows.listedTypes).toContain(type)
  })

  it.each([
    { refused: 'they', when: own },
    { refused: 'what names them', when: behind },
  ])('are none that is gone where $refused may not be listed', async ({ when }) => {
    context.server.reset(createTestArmInventory({ resources: naming }))
    context.server.rule({ when, behaviour: armError(403, 'AuthorizationFailed', 'no') })
    const { outcome, rows } = await context.inventory()
    if (when === own) expect(outcome).toBe('ok')
    expect(rows.listedTypes).not.toContain(type)
    expect(rows.failedTypes.map((failed) => failed.type)).not.toContain(type)
  })
})

it('a site without links has its device in itself', () => {
  const config = { properties: { bgpProperties: { asn: 65013, bgpPeeringAddress: 'nowhere' } } }
  expect(decodeResourceConfig(armTypes.vpnSite, config).devices).toEqual([{ link: null, asn: 65013, bgpAddress: null }])
  expect(decodeResourceConfig(armTypes.vpnSite, {}).devices).toEqual([])
})
