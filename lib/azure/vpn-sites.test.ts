import { describe, expect, it } from 'vitest'
import { armTypes, type InventoryObservation } from '#lib/contract/index.ts'
import { decodeConfig } from './config/index.ts'
import { armError } from './testing/arm-server.ts'
import { estateOf, SUBSCRIPTION_ID, subscriptionId, withAzure } from './testing/fixture.ts'

const context = withAzure()
const place = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/wan/providers/Microsoft.Network`
const siteId = `${place}/vpnSites/utrecht`
const link = (name: string, asn: number) => ({
  name,
  properties: { ipAddress: '192.0.2.230', bgpProperties: { asn, bgpPeeringAddress: '10.40.0.1' } },
})
const site = {
  id: siteId,
  name: 'utrecht',
  location: 'westeurope',
  properties: { vpnSiteLinks: [link('adsl', 65012), link('lte', 0)] },
}
const gatewayTo = (remote: string) => ({
  id: `${place}/vpnGateways/vpn1`,
  name: 'vpn1',
  location: 'westeurope',
  properties: {
    virtualHub: { id: `${place}/virtualHubs/hub1` },
    connections: [{ name: 'conn', properties: { remoteVpnSite: { id: remote } } }],
  },
})

async function inventory(): Promise<InventoryObservation> {
  const observation = await context.azure.poll({ resourceId: subscriptionId, subresource: '' }, 'inventory')
  if (observation.kind !== 'inventory') throw new Error(`an observation of ${observation.kind}`)
  return observation
}
const asked = () => context.server.requests.filter(({ path }) => /vpnSites$/i.test(path)).length

describe('VPN sites', () => {
  it('are listed where a connection of a hub ends on one', async () => {
    context.server.reset(estateOf({ resources: [gatewayTo(siteId), site] }))
    const { outcome, rows } = await inventory()
    expect([outcome, asked()]).toEqual(['ok', 1])
    const [found] = rows.resources.filter(({ type }) => type === armTypes.vpnSite)
    expect(found && decodeConfig(found.type, found.config)).toEqual({
      resource: 'vpnSite',
      devices: [{ link: 'adsl', asn: 65012, bgpAddress: '10.40.0.1' }],
    })
  })

  it.each([
    ['without such a connection', []],
    ['for the sites of another subscription', [gatewayTo(siteId.replace(SUBSCRIPTION_ID, 'other'))]],
  ])('are not asked for %s', async (_, resources) => {
    context.server.reset(estateOf({ resources: [...resources, site] }))
    const { outcome } = await inventory()
    expect([outcome, asked()]).toEqual(['ok', 0])
  })

  it('may be refused: the inventory is complete without', async () => {
    context.server.reset(estateOf({ resources: [gatewayTo(siteId), site] }))
    context.server.rule({ when: /vpnSites$/i, behaviour: armError(403, 'AuthorizationFailed', 'no') })
    const { outcome, rows } = await inventory()
    expect(outcome).toBe('ok')
    expect(rows.listedTypes).not.toContain(armTypes.vpnSite)
  })
})

it('a site without links has its device in itself', () => {
  const config = { properties: { bgpProperties: { asn: 65013, bgpPeeringAddress: 'nowhere' } } }
  expect(decodeConfig(armTypes.vpnSite, config).devices).toEqual([{ link: null, asn: 65013, bgpAddress: null }])
  expect(decodeConfig(armTypes.vpnSite, {}).devices).toEqual([])
})
