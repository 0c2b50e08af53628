import { expect, it } from 'vitest'
import { parseTunnelRemoteAddress, parseTunnelState } from './connection.ts'

it.each([
  ['Connected', 'up'],
  ['NotConnected', 'down'],
  ['Connecting', 'down'],
  ['Unknown', 'unknown'],
  ['SomethingNew', 'unknown'],
  [null, 'unknown'],
])('%s of Azure is %s', (word, state) => {
  expect(parseTunnelState(word)).toBe(state)
})

it.each([
  ['cxn-vpn_leeds_192.0.2.200', '192.0.2.200'],
  ['cxn_192.0.2.200 (2)', '192.0.2.200'],
  ['cxn_2001:db8::1', '2001:db8::1'],
  ['cxn-leeds', null],
  ['', null],
])('the far end of the tunnel %s is %s', (name, remote) => {
  expect(parseTunnelRemoteAddress(name)).toBe(remote)
})
