import { describe, expect, it } from 'vitest'
import { readRoutes, readSessions } from './bird-output.ts'

const PROTOCOLS = `Name       Proto      Table      State  Since         Info
device1    Device     ---        up     2026-11-20 11:28:58.113001
customer   BGP        ---        up     2026-11-20 11:28:59.868586  Established
  BGP state:          Established
    Neighbor address: 192.0.2.1
    Hold timer:       7.910/10
gw_0       BGP        ---        start  2026-11-20 11:29:05.947394  Active        Error: BFD session down
  BGP state:          Active
    Last error:       Error: BFD session down
gw_1       BGP        ---        down   2026-11-20 11:29:06.000001
`

const ROUTES = `Table master4:
10.10.0.0/16         unicast [customer 2026-11-20 11:29:00.114358] * (100) [AS65001i]
	via 192.0.2.1 on wan
	Type: BGP univ
	BGP.origin: IGP
	BGP.as_path: 65001 65001
	BGP.next_hop: 192.0.2.1
	BGP.local_pref: 100
                     unicast [gw_0 2026-11-20 11:29:01.114358] (100) [AS65515?]
	via 10.0.4.12 on core
	Type: BGP univ
	BGP.origin: Incomplete
	BGP.as_path: 65515
	BGP.local_pref: 200
10.0.4.0/24          blackhole [own 2026-11-20 11:28:59.113470] * (200)
	Type: static univ
`

describe('what BIRD answers', () => {
  it('is the state of each BGP session, since when, and nothing of other protocols', () => {
    expect(readSessions(PROTOCOLS)).toEqual([
      { name: 'customer', up: true, state: 'Established', since: Date.parse('2026-11-20T11:28:59.868Z') },
      { name: 'gw_0', up: false, state: 'Active', since: Date.parse('2026-11-20T11:29:05.947Z') },
      { name: 'gw_1', up: false, state: 'Idle', since: Date.parse('2026-11-20T11:29:06.000Z') },
    ])
  })

  it('is every route to a network, the chosen one marked', () => {
    expect(readRoutes(ROUTES)).toEqual([
      {
        network: '10.10.0.0/16',
        from: 'customer',
        best: true,
        nextHop: '192.0.2.1',
        asPath: [65001, 65001],
        localPref: 100,
        origin: 'IGP',
      },
      {
        network: '10.10.0.0/16',
        from: 'gw_0',
        best: false,
        nextHop: '10.0.4.12',
        asPath: [65515],
        localPref: 200,
        origin: 'Incomplete',
      },
      { network: '10.0.4.0/24', from: 'own', best: true, nextHop: null, asPath: [], localPref: null, origin: null },
    ])
  })
})
