import { describe, expect, it } from 'vitest'
import { parseBgpLogLine } from './bgp-line.ts'

const notification = (code: number, subcode: number, communication: string | null = null) => ({
  code,
  subcode,
  communication,
  hardResetOf: null,
})
const up = { state: 'up', reason: null }
const down = (reason: object) => ({ state: 'down', reason })
const log = (cause: string, text: string) => ({ by: 'log', cause, text })

/**
 * Log lines. FRR's lines were recorded from FRR 8.4 (Debian). The others are examples from the pages named in
 * `bgp-line.ts`.
 */
const lines: Record<string, readonly (readonly [text: string, expected: object])[]> = {
  FRR: [
    [
      '[M59KS-A3ZXZ] bgp_update_receive: rcvd End-of-RIB for IPv4 Unicast from 192.0.2.98 in vrf default',
      { none: true },
    ],
    ['[PXVXG-TFNNT] %ADJCHANGE: neighbor 192.0.2.98(Unknown) in vrf default Up', up],
    [
      '[PXVXG-TFNNT] %ADJCHANGE: neighbor 192.0.2.98(Unknown) in vrf default Down BGP Notification received',
      down({ by: 'remote', notification: null }),
    ],
    [
      '%ADJCHANGE: neighbor 192.0.2.98(msee) in vrf default Down Interface down',
      down(log('interface', 'Interface down')),
    ],
    [
      '%ADJCHANGE: neighbor 192.0.2.98 in vrf CUST Down Admin. shutdown',
      { ...down(log('operator', 'Admin. shutdown')), vrf: 'CUST' },
    ],
    [
      '%ADJCHANGE: neighbor 192.0.2.98 in vrf default Down Peer closed the session',
      down(log('connection', 'Peer closed the session')),
    ],
    ['%ADJCHANGE: neighbor 192.0.2.98 in vrf default Down BFD down received', down(log('bfd', 'BFD down received'))],
    [
      '[HZN6M-XRM1G] %NOTIFICATION: received from neighbor 192.0.2.98 6/4 (Cease/Administrative Reset) 0 bytes',
      { state: null, reason: { by: 'remote', notification: notification(6, 4) } },
    ],
    [
      '%NOTIFICATION: sent to neighbor 192.0.2.98 4/0 (Hold Timer Expired) 0 bytes',
      { state: null, reason: { by: 'local', notification: notification(4, 0) } },
    ],
    [
      '%NOTIFICATION: received from neighbor 192.0.2.98 6/2 (Cease/Administrative Shutdown) "maintenance"',
      { state: null, reason: { by: 'remote', notification: notification(6, 2, 'maintenance') } },
    ],
  ],
  'parts that are optional': [
    [
      '%BGP-5-ADJCHANGE:  bgp-65001 [4711]  neighbor 192.0.2.98 Down - holdtimer expired error',
      down(log('holdTimer', 'holdtimer expired error')),
    ],
    ['%BGP-5-ADJCHANGE:  bgp-65001 [4711] (default) neighbor 192.0.2.98 Up', up],
    ['%BGP-5-ADJCHANGE:  bgp-65001 neighbor 192.0.2.98 Up', up],
    [
      '%BGP-5-ADJCHANGE: peer 192.0.2.98 (AS 12076) old state Established event Stop new state Idle',
      { ...down(log('operator', 'Stop')), neighborAsn: 12_076 },
    ],
    [
      '%BGP-5-ADJCHANGE: peer 192.0.2.98 (VRF CUST) old state Established event Stop new state Idle',
      { ...down(log('operator', 'Stop')), vrf: 'CUST' },
    ],
    ['%BGP-5-ADJCHANGE: peer 192.0.2.98 old state OpenConfirm new state Established', up],
    ['RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer 192.0.2.98 changed state from OpenConfirm to Established', up],
    [
      'BGP peer 192.0.2.98 (AS 12076): changed state from Established to Idle (event HoldTime)',
      { ...down(log('holdTimer', 'HoldTime')), neighborAsn: 12_076 },
    ],
    [
      'NOTIFICATION received from 192.0.2.98: code 6 subcode 4',
      { state: null, reason: { by: 'remote', notification: notification(6, 4) } },
    ],
    [
      '%ROUTING-BGP-5-ADJCHANGE : neighbor 192.0.2.98 Down - Interface flap (VRF: CUST; AFI/SAFI: 1/1, 1/4) (AS: 12076)',
      { ...down(log('interface', 'Interface flap')), vrf: 'CUST', neighborAsn: 12_076 },
    ],
    ['%ROUTING-BGP-5-ADJCHANGE : neighbor 192.0.2.98 Up', up],
    ['%ADJCHANGE: neighbor 192.0.2.98 Up', up],
  ],
  'IOS XE': [
    ['%BGP-5-ADJCHANGE: neighbor 192.0.2.98 Up', up],
    ['%BGP-5-ADJCHANGE: neighbor 192.0.2.98 active Down Admin. shutdown', down(log('operator', 'Admin. shutdown'))],
    ['%BGP-5-ADJCHANGE: neighbor 192.0.2.98 Down Interface flap', down(log('interface', 'Interface flap'))],
    ['%BGP-5-ADJCHANGE: neighbor 192.0.2.98 vpn vrf CUST Up', { ...up, vrf: 'CUST' }],
    [
      '%BGP-3-NOTIFICATION: sent to neighbor 192.0.2.98 4/0 (hold time expired) 0 bytes',
      { state: null, reason: { by: 'local', notification: notification(4, 0) } },
    ],
    [
      '%BGP-3-NOTIFICATION: sent to neighbor 192.0.2.98 active 6/2 (Administrative Shutdown) 0 bytes',
      { state: null, reason: { by: 'local', notification: notification(6, 2) } },
    ],
    [
      '%BGP-3-NOTIFICATION: received from neighbor 192.0.2.98 6/1 (Maximum Number of Prefixes Reached) 7 bytes 00010100 000064',
      { state: null, reason: { by: 'remote', notification: notification(6, 1) } },
    ],
    [
      '%BGP_SESSION-5-ADJCHANGE: neighbor 192.0.2.98 IPv4 Unicast topology base removed from session  Interface flap',
      { none: true },
    ],
    ['%BGP-5-NBR_RESET: Neighbor 192.0.2.98 reset (BGP Notification sent)', { none: true }],
  ],
  'IOS XR': [
    ['%ROUTING-BGP-5-ADJCHANGE : neighbor 192.0.2.98 Up (VRF: default) (AS: 12076)', { ...up, neighborAsn: 12_076 }],
    [
      '%ROUTING-BGP-5-ADJCHANGE : neighbor 192.0.2.98 Down - BGP Notification received, administrative shutdown (VRF: default) (AS: 12076)',
      down({ by: 'remote', notification: notification(6, 2) }),
    ],
    [
      '%ROUTING-BGP-5-ADJCHANGE : neighbor 192.0.2.98 Down - BGP Notification sent, hold time expired (VRF: CUST) (AS: 12076)',
      { ...down({ by: 'local', notification: notification(4, 0) }), vrf: 'CUST' },
    ],
    [
      '%ROUTING-BGP-5-ADJCHANGE : neighbor 192.0.2.98 Down - Interface flap (VRF: default) (AS: 12076)',
      down(log('interface', 'Interface flap')),
    ],
    ['%ROUTING-BGP-5-ADJCHANGE : neighbor 192.0.2.98 Downloading update (VRF: default) (AS: 12076)', { none: true }],
  ],
  'NX-OS': [
    ['%BGP-5-ADJCHANGE: bgp- [7891] (default) neighbor 192.0.2.98 Up', up],
    ['%BGP-5-ADJCHANGE:  bgp-65001 [7891] (CUST) neighbor 192.0.2.98 Up', { ...up, vrf: 'CUST' }],
    [
      '%BGP-5-ADJCHANGE:  bgp- [7891] (default) neighbor 192.0.2.98 Down - sent:  other configuration change',
      down({ by: 'local', notification: notification(6, 6) }),
    ],
    [
      '%BGP-5-ADJCHANGE:  bgp- [7891] (CUST) neighbor 192.0.2.98 Down - recv:  administratively shutdown',
      { ...down({ by: 'remote', notification: notification(6, 2) }), vrf: 'CUST' },
    ],
    [
      '%BGP-5-ADJCHANGE: bgp-65001 [8122] (default) neighbor 192.0.2.98 Down - holdtimer expired error',
      down(log('holdTimer', 'holdtimer expired error')),
    ],
    ['%BGP-5-ADJCHANGE: bgp- [7891] (default) neighbor 192.0.2.98 Upgrading', { none: true }],
  ],
  Junos: [
    [
      'RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer 192.0.2.98 (External AS 12076) changed state from OpenConfirm to Established (event RecvKeepAlive) (instance master)',
      { ...up, neighborAsn: 12_076 },
    ],
    [
      'RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer 192.0.2.98 (External AS 12076) changed state from Established to Idle (event HoldTime) (instance CUST)',
      { ...down(log('holdTimer', 'HoldTime')), vrf: 'CUST' },
    ],
    [
      'RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer 192.0.2.98 (External AS 12076) changed state from Established to Idle (event Stop) (instance master)',
      down(log('operator', 'Stop')),
    ],
    [
      'RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer 192.0.2.98 (External AS 12076) changed state from OpenConfirm to Idle (event TransportError) (instance master)',
      { none: true },
    ],
    [
      'bgp_read_v4_message:10756: NOTIFICATION received from 192.0.2.98 (External AS 12076): code 4 (Hold Timer Expired Error), socket buffer sndcc: 57',
      { state: null, reason: { by: 'remote', notification: notification(4, 0) } },
    ],
    [
      'bgp_peer_delete:7199: NOTIFICATION sent to 192.0.2.98+179 (External AS 12076): code 6 (Cease) subcode 3 (Peer Unconfigured), Reason: Peer Deletion',
      { state: null, reason: { by: 'local', notification: notification(6, 3) } },
    ],
  ],
  EOS: [
    [
      '%BGP-5-ADJCHANGE: peer 192.0.2.98 (VRF default AS 12076) old state OpenConfirm event Established new state Established',
      { ...up, neighborAsn: 12_076 },
    ],
    [
      '%BGP-5-ADJCHANGE: peer 192.0.2.98 (VRF CUST AS 12076) old state Established event RecvNotify new state Idle',
      { ...down({ by: 'remote', notification: null }), vrf: 'CUST' },
    ],
    [
      '%BGP-5-ADJCHANGE: peer 192.0.2.98 (VRF default AS 12076) old state Established event AdminReset new state Idle',
      down(log('operator', 'AdminReset')),
    ],
    [
      '%BGP-5-ADJCHANGE: peer 192.0.2.98 (VRF default AS 12076) old state Active event Stop new state Idle',
      { none: true },
    ],
    [
      '%BGP-3-NOTIFICATION: sent to neighbor 192.0.2.98 (VRF default AS 12076) 6/10 (Cease/BFD down <Hard Reset>) 0 bytes',
      { state: null, reason: { by: 'local', notification: notification(6, 10) } },
    ],
    [
      '%BGP-3-NOTIFICATION: received from neighbor 192.0.2.98 (VRF default AS 12076) 6/2 (Cease/administrative shutdown) reason: maintenance',
      { state: null, reason: { by: 'remote', notification: notification(6, 2, 'maintenance') } },
    ],
  ],
}

describe.each(Object.entries(lines))('a line of %s', (_, cases) => {
  it.each(cases)('%s', (text, expected) => {
    if ('none' in expected) return expect(parseBgpLogLine(text)).toBeNull()
    expect(parseBgpLogLine(text)).toMatchObject({ neighbor: '192.0.2.98', vrf: null, ...expected })
  })
})

it.each([
  ['%ROUTING-BGP-5-ADJCHANGE_DETAIL : neighbor 192.0.2.98 Up (VRF: default; AFI/SAFI: 1/1) (AS: 65001)', 65001, null],
  ['%ROUTING-BGP-5-ADJCHANGE_DETAIL : neighbor 192.0.2.98 Up', null, null],
  ['%BGP-3-NOTIFICATION: received from neighbor 192.0.2.98 (AS 65002) 6/2 (Cease) 0 bytes', 65002, null],
  ['%BGP-3-NOTIFICATION: received from neighbor 192.0.2.98 (VRF red) 6/2 (Cease) 0 bytes', null, 'red'],
  ['%BGP-3-NOTIFICATION: received from neighbor 192.0.2.98 (VRF red AS 65002) 6/2', 65002, 'red'],
])('is read with and without VRF and ASN: %s', (text, neighborAsn, vrf) => {
  expect(parseBgpLogLine(text)).toMatchObject({ neighbor: '192.0.2.98', neighborAsn, vrf })
})

it('names a neighbor of IPv6 as everything else does', () => {
  expect(parseBgpLogLine('%BGP-5-ADJCHANGE: neighbor 2001:DB8:0::2 Up')?.neighbor).toBe('2001:db8::2')
})

it.each([
  '%BGP-5-ADJCHANGE: neighbor 999.0.2.98 Up',
  '%NOTIFICATION: sent to neighbor 192.0.2.98 999/0 (what) 0 bytes',
  'User root ran: clear bgp 192.0.2.98',
  '',
])('is about nothing: %j', (text) => expect(parseBgpLogLine(text)).toBeNull())
