import { expect, it } from 'vitest'
import type { ExpressRoutePort, PortLink } from '#lib/circuits/api/index.ts'
import {
  formatProvisionedBandwidth,
  formatLightLevel,
  formatLightMargin,
  formatPortLinkReason,
  formatMacsec,
} from './port-text.ts'

const at = '2026-11-20T03:00:00.000Z'
const light = (dbm: number, unknownLanes = 0) => ({ dbm, lane: '0', unknownLanes, at, isLow: dbm < -10 })
const link = (more: Partial<PortLink> = {}): PortLink => ({
  name: 'link1',
  router: null,
  interface: null,
  patchPanel: null,
  rack: null,
  connector: null,
  adminState: 'Enabled',
  lineProtocol: 'up',
  state: 'up',
  rx: light(-3.2),
  tx: light(-0.8),
  bitsInPerSecond: null,
  bitsOutPerSecond: null,
  macsec: null,
  members: [],
  activePorts: null,
  ...more,
})
const port: ExpressRoutePort = {
  id: 'p',
  resourceId: '/p',
  name: 'erd',
  subscriptionId: 's',
  resourceGroup: null,
  location: null,
  kind: 'port',
  minActivePorts: null,
  lacpTimer: null,
  peeringLocation: null,
  bandwidthGbps: 10,
  provisionedGbps: 4,
  encapsulation: 'QinQ',
  billing: null,
  provisioningState: null,
  lightLimits: { least: -10, most: 0 },
  links: [],
  settings: [],
  circuits: [],
}

it.each([
  [link(), 'line protocol (LACP) up, light within its limits'],
  [link({ state: 'degraded', rx: light(-10.4) }), 'Rx below -10 dBm; healthy is -10 to 0 dBm'],
  [link({ state: 'down', lineProtocol: 'down' }), 'line protocol (LACP) down'],
  [link({ state: 'disabled', adminState: 'Disabled' }), 'administratively Disabled in Azure'],
  [link({ state: 'unknown', lineProtocol: 'unknown', rx: null }), 'Azure Monitor reported nothing lately'],
])('a link says why it is in its state: %#', (own, text) => {
  expect(formatPortLinkReason(port, own)).toBe(text)
})

it('light, MACsec and bandwidth are read without their units being guessed', () => {
  expect([formatLightLevel(light(-3.24)), formatLightLevel(light(-10.44)), formatLightLevel(null)]).toEqual([
    '-3.2',
    '-10.4 LOW',
    '–',
  ])
  expect([formatMacsec(link()), formatMacsec(link({ macsec: { cipher: 'GcmAes256', sci: 'Enabled' } }))]).toEqual([
    'off',
    'GcmAes256, SCI enabled',
  ])
  expect(formatProvisionedBandwidth(port)).toBe('4 of 20 Gb/s, QinQ')
})

it('compares light with its minimum, and counts lanes that are unknown', () => {
  expect([light(-9.2), light(-10.6), light(-3.2, 2)].map((one) => formatLightMargin(port, one))).toEqual([
    '0.8 above min −10',
    '0.6 below min −10',
    '6.8 above min −10, 2 lanes unknown',
  ])
  expect(formatLightMargin(port, null)).toBeNull()
})
