import { describe, expect, it } from 'vitest'
import { areReasonsOnlyInLog, buildRouterConfiguration, routerSoftwareKeys } from './router-configuration.ts'

const to = {
  host: '10.20.254.5',
  port: '11019',
  asn: '65010',
  neighbors: ['172.16.0.2', '172.16.0.6'],
  collectorAsn: '64999',
}

describe.each(
  routerSoftwareKeys.flatMap((software) => (['bmp', 'bgp', 'syslog'] as const).map((by) => [software, by] as const)),
)('the configuration of %s for %s', (software, by) => {
  // Peerwatch does not read the log of GoBGP
  it.skipIf(software === 'gobgp' && by === 'syslog')(
    'names where to connect, and nothing that is left to fill in',
    () => {
      const text = buildRouterConfiguration(software, by, to)
      expect(text).toMatch(/\b10\.20\.254\.5\b/)
      // these routers can connect only to the standard BGP port
      const isFixed = by === 'bgp' && !['frr', 'gobgp'].includes(software)
      expect(/\b11019\b/.test(text)).toBe(!isFixed)
      expect(/\b64999\b/.test(text)).toBe(by === 'bgp')
      expect(text).not.toMatch(/undefined|NaN|[<>]|\bASN\b/)
    },
  )
})

it.each(['iosXe', 'iosXr', 'frr'] as const)('%s reports every neighbor that is named', (software) => {
  const text = buildRouterConfiguration(software, 'bmp', to)
  for (const neighbor of to.neighbors) expect(text).toContain(`neighbor ${neighbor}`)
  expect(text).toContain('router bgp 65010\n')
})

it('is what FRR takes', () => {
  expect(buildRouterConfiguration('frr', 'bmp', { ...to, neighbors: ['172.16.0.2'] })).toBe(`router bgp 65010
 address-family ipv4 unicast
  neighbor 172.16.0.2 soft-reconfiguration inbound
 exit-address-family
 bmp targets peerwatch
  bmp connect 10.20.254.5 port 11019 min-retry 1000 max-retry 10000
  bmp stats interval 10000
  bmp monitor ipv4 unicast pre-policy
  bmp monitor ipv4 unicast post-policy
`)
})

it('FRR also sends its log, because its BMP omits reasons', () => {
  expect(routerSoftwareKeys.filter(areReasonsOnlyInLog)).toEqual(['frr'])
  // rsyslog keeps the lines while Peerwatch is not reachable
  expect(buildRouterConfiguration('frr', 'syslog', { ...to, port: '5514' })).toBe(`! FRR
log syslog informational
router bgp 65010
 bgp log-neighbor-changes
# /etc/rsyslog.d/peerwatch.conf
if $programname == "bgpd" then action(type="omfwd" target="10.20.254.5" port="5514" protocol="tcp"
  TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format"
  queue.type="LinkedList" action.resumeRetryCount="-1")
`)
})
