import { expect, it } from 'vitest'
import { testMapNetwork } from '../map/testing.ts'
import {
  formatPeeringBothSides,
  buildNetworkPeeringRows,
  getNetworkPeeringStatus,
  formatGatewayTransit,
  shortenGuids,
} from './peering-rows.ts'

const side = {
  name: 'back',
  state: 'Connected',
  syncLevel: 'FullyInSync',
  allowGatewayTransit: false,
  useRemoteGateways: true,
  allowForwardedTraffic: false,
  allowVirtualNetworkAccess: true,
}
const hub = testMapNetwork('hub', {
  gateways: ['g'],
  peers: { spoke: { otherSide: 'seen', allowGatewayTransit: true, back: side } },
})
const spoke = testMapNetwork('spoke', { peers: { hub: { ...side, otherSide: 'seen', back: side } } })

it('a peering that is read from both sides stands once, under the network with gateways', () => {
  expect(buildNetworkPeeringRows([spoke, hub]).map(({ key }) => key)).toEqual(['hub/hub-to-spoke'])
})

it('one whose other side is not read stands alone', () => {
  const [row] = buildNetworkPeeringRows([testMapNetwork('spoke', { peers: { hub: { otherSide: 'not_read' } } })])
  expect(row?.remote).toBeNull()
  expect(row && [getNetworkPeeringStatus(row).reason, formatPeeringBothSides(row, 'allowForwardedTraffic')]).toEqual([
    'the other side is not visible: its subscription is not polled',
    'spoke yes, hub not visible',
  ])
})

it.each([
  [{}, {}, 'CONNECTED', /both sides are read/],
  [{ state: 'Disconnected' }, {}, 'DISCONNECTED', /deleted/],
  [{}, { state: 'Disconnected' }, 'DISCONNECTED', /deleted/],
  [{ state: 'Initiated' }, {}, 'INITIATED', /only one side/],
  [{ state: null }, {}, 'UNKNOWN', /no state/],
  [{}, { syncLevel: 'RemoteNotInSync' }, 'OUT OF SYNC', /^RemoteNotInSync/],
])('%j with %j is %s', (own, other, word, reason) => {
  const facts = { ...own, otherSide: 'seen' as const, back: { ...side, ...other } }
  const [row] = buildNetworkPeeringRows([testMapNetwork('hub', { gateways: ['g'], peers: { spoke: facts } })])
  if (!row) throw new Error('no row')
  expect(getNetworkPeeringStatus(row).status.word).toBe(word)
  expect(getNetworkPeeringStatus(row).reason).toMatch(reason)
})

it.each([
  [{ allowGatewayTransit: true }, side, 'spoke uses gateways of hub'],
  [{ allowGatewayTransit: false }, side, 'spoke wants the gateways of hub, which does not allow it'],
  [{ allowGatewayTransit: true }, { ...side, useRemoteGateways: false }, 'allowed, not used'],
  [{ allowGatewayTransit: true }, null, 'hub allows it; whether spoke uses it is not visible'],
  [{ useRemoteGateways: true }, null, 'hub uses gateways of spoke; whether spoke allows it is not visible'],
  [{}, { ...side, useRemoteGateways: false }, 'none'],
])('transit of %j with %j: %s', (own, back, words) => {
  const otherSide = back ? ('seen' as const) : ('not_read' as const)
  const [row] = buildNetworkPeeringRows([
    testMapNetwork('hub', { gateways: ['g'], peers: { spoke: { ...own, back, otherSide } } }),
  ])
  expect(row && formatGatewayTransit(row)).toBe(words)
})

it('shortens the GUID of a name, and nothing else', () => {
  expect(shortenGuids('RemoteVnetToHubPeering_5eed537f-38c7-40f8-8de5-661ff25c0f8a / hub-to-web')).toBe(
    'RemoteVnetToHubPeering_5eed537f… / hub-to-web',
  )
})
