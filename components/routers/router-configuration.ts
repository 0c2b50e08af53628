import type { RouterSoftware as SoftwareKey } from '#lib/routers/api/index.ts'

export type { SoftwareKey }

/** Values in the configuration with which a router reports to Peerwatch. */
interface ReportTo {
  /** host on which Peerwatch listens (`BMP_LISTEN`, `BGP_LISTEN`, `SYSLOG_LISTEN`) */
  host: string
  port: string
  /** ASN of the customer, which the router has */
  asn: string
  /** addresses of the router's neighbors whose sessions it reports, that is, Microsoft's edge routers (MSEE) */
  neighbors: readonly string[]
  /** ASN of Peerwatch as a BGP neighbor, the value of `BGP_ASN` */
  collectorAsn: string
}

/** Protocol by which a router reports. */
export type ReportProtocol = 'bmp' | 'bgp' | 'syslog'

/**
 * Name of a routing policy in the generated configuration. The operator replaces it with the name of the policy that
 * the router applies to routes towards the MSEEs.
 */
const POLICY = 'AZURE-OUT'

interface RouterSoftware {
  name: string
  /** text about the data that the router sends over BMP, and its limits */
  sends: string
  configuration: (to: ReportTo) => string[]
  /** returns lines that configure Peerwatch as a BGP neighbor with the same policy as the MSEEs */
  bgp: (to: ReportTo) => string[]
  /** text about the content of the log that the router sends, and its limits */
  logs: string
  syslog: (to: ReportTo) => string[]
}

const each = (neighbors: readonly string[], lines: (neighbor: string) => string[]) => neighbors.flatMap(lines)

/**
 * Configuration lines and texts for each router software.
 * Sources for BMP: docs.frrouting.org (BMP), GoBGP (sources/bmp.md of its docs), Cisco IOS XE and IOS XR BGP
 * configuration guides (BGP Monitoring Protocol), Juniper `bmp (Routing Options)`, Arista EOS BGP monitoring.
 * Sources for logs: docs.frrouting.org (`log syslog`), rsyslog.com (omfwd), Cisco `logging host`, IOS XR `logging`,
 * Juniper `host (System)`, Arista EOS `logging host`.
 */
export const routerSoftware = {
  frr: {
    name: 'FRR',
    sends:
      'Sessions and routes received before and after policy. It does not say whether hold timer, BFD, an interface or an operator ended a session, nor which local preference its policy set, so that what-if goes by AS path. Start bgpd with -M bmp; addresses of IPv6 need the same lines for ipv6 unicast.',
    configuration: ({ host, port, asn, neighbors }) => [
      `router bgp ${asn}`,
      ' address-family ipv4 unicast',
      ...each(neighbors, (neighbor) => [`  neighbor ${neighbor} soft-reconfiguration inbound`]),
      ' exit-address-family',
      ' bmp targets peerwatch',
      `  bmp connect ${host} port ${port} min-retry 1000 max-retry 10000`,
      '  bmp stats interval 10000',
      '  bmp monitor ipv4 unicast pre-policy',
      '  bmp monitor ipv4 unicast post-policy',
    ],
    bgp: ({ host, port, asn, collectorAsn }) => [
      `router bgp ${asn}`,
      ` neighbor ${host} remote-as ${collectorAsn}`,
      ` neighbor ${host} port ${port}`,
      ` neighbor ${host} ebgp-multihop 255`,
      ' address-family ipv4 unicast',
      `  neighbor ${host} route-map ${POLICY} out`,
      ' exit-address-family',
    ],
    logs: 'Changes of sessions with their reasons, those too that its BMP leaves out. FRR logs to the system; rsyslog sends it on, by TCP with microseconds.',
    syslog: ({ host, port, asn }) => [
      '! FRR',
      'log syslog informational',
      `router bgp ${asn}`,
      ' bgp log-neighbor-changes',
      '# /etc/rsyslog.d/peerwatch.conf',
      `if $programname == "bgpd" then action(type="omfwd" target="${host}" port="${port}" protocol="tcp"`,
      '  TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format"',
      '  queue.type="LinkedList" action.resumeRetryCount="-1")',
    ],
  },
  gobgp: {
    name: 'GoBGP',
    sends:
      'Sessions with the reason of each end, routes received before and after policy, and its own table. A session that restarts while Peerwatch is away leaves no trace.',
    configuration: ({ host, port }) => [
      '[[bmp-servers]]',
      '  [bmp-servers.config]',
      `    address = "${host}"`,
      `    port = ${port}`,
      '    route-monitoring-policy = "all"',
      '    statistics-timeout = 15',
    ],
    bgp: ({ host, port, collectorAsn }) => [
      '# its defined sets and export policy: as those that name the MSEEs',
      '[[neighbors]]',
      '  [neighbors.config]',
      `    neighbor-address = "${host}"`,
      `    peer-as = ${collectorAsn}`,
      '  [neighbors.transport.config]',
      `    remote-port = ${port}`,
      '  [neighbors.ebgp-multihop.config]',
      '    enabled = true',
      '    multihop-ttl = 255',
    ],
    logs: 'Its log is JSON and is not read; its BMP reports what it knows.',
    syslog: () => [],
  },
  iosXe: {
    name: 'IOS XE',
    sends:
      'Sessions and routes received, before policy, so that what-if goes by AS path. When it connects it asks each neighbor for its routes again (ROUTE-REFRESH), Azure’s edge routers too.',
    configuration: ({ host, port, asn, neighbors }) => [
      `router bgp ${asn}`,
      ' bmp server 1',
      `  address ${host} port-number ${port}`,
      '  initial-delay 10',
      '  failure-retry-delay 120',
      '  flapping-delay 120',
      '  stats-reporting-period 30',
      '  activate',
      ' exit-bmp-server-mode',
      ...each(neighbors, (neighbor) => [` neighbor ${neighbor} bmp-activate server 1`]),
    ],
    bgp: ({ host, asn, collectorAsn }) => [
      `router bgp ${asn}`,
      ` neighbor ${host} remote-as ${collectorAsn}`,
      ` neighbor ${host} ebgp-multihop 255`,
      ' address-family ipv4',
      `  neighbor ${host} activate`,
      `  neighbor ${host} route-map ${POLICY} out`,
    ],
    logs: 'Changes of sessions, and each NOTIFICATION with its code.',
    syslog: ({ host, port, asn }) => [
      'service timestamps log datetime msec show-timezone year',
      'logging origin-id hostname',
      'logging trap informational',
      `logging host ${host} transport udp port ${port}`,
      `router bgp ${asn}`,
      ' bgp log-neighbor-changes',
    ],
  },
  iosXr: {
    name: 'IOS XR',
    sends:
      'Sessions and routes received after policy. When it connects it asks each neighbor for its routes again unless initial-refresh is skipped; after a restart of Peerwatch it may stay away for the flapping delay.',
    configuration: ({ host, port, asn, neighbors }) => [
      'bmp server 1',
      ` host ${host} port ${port}`,
      ' initial-delay 10',
      ' initial-refresh delay 60 spread 4',
      ' flapping-delay 60',
      ' stats-reporting-period 30',
      '!',
      'bmp server all',
      ' route-monitoring policy post inbound',
      '!',
      `router bgp ${asn}`,
      ...each(neighbors, (neighbor) => [` neighbor ${neighbor}`, '  bmp-activate server 1']),
    ],
    bgp: ({ host, asn, collectorAsn }) => [
      `router bgp ${asn}`,
      ` neighbor ${host}`,
      `  remote-as ${collectorAsn}`,
      '  ebgp-multihop 255',
      '  address-family ipv4 unicast',
      `   route-policy ${POLICY} out`,
    ],
    logs: 'Changes of sessions with the reason in words.',
    syslog: ({ host, port, asn }) => [
      'service timestamps log datetime msec show-timezone year',
      'logging trap informational',
      `logging ${host} vrf default severity info port ${port}`,
      '!',
      `router bgp ${asn}`,
      ' ! changes are logged unless log neighbor changes disable is set',
    ],
  },
  junos: {
    name: 'Junos',
    sends:
      'Sessions with the reason of each end, routes received, and what it announces (rib-out), which Announced and learned needs. Releases without rib-out refuse those two lines: leave them out.',
    configuration: ({ host, port }) => [
      `set routing-options bmp station peerwatch station-address ${host}`,
      `set routing-options bmp station peerwatch station-port ${port}`,
      'set routing-options bmp station peerwatch connection-mode active',
      'set routing-options bmp station peerwatch monitor enable',
      'set routing-options bmp station peerwatch route-monitoring pre-policy',
      'set routing-options bmp station peerwatch route-monitoring post-policy',
      'set routing-options bmp station peerwatch route-monitoring rib-out pre-policy',
      'set routing-options bmp station peerwatch route-monitoring rib-out post-policy',
      'set routing-options bmp station peerwatch statistics-timeout 30',
    ],
    bgp: ({ host, collectorAsn }) => [
      'set protocols bgp group PEERWATCH type external',
      'set protocols bgp group PEERWATCH multihop',
      `set protocols bgp group PEERWATCH peer-as ${collectorAsn}`,
      `set protocols bgp group PEERWATCH export ${POLICY}`,
      `set protocols bgp group PEERWATCH neighbor ${host}`,
    ],
    logs: 'Changes of sessions with the event of the state machine, and each NOTIFICATION with its code. Structured data carry milliseconds and a zone.',
    syslog: ({ host, port }) => [
      `set system syslog host ${host} daemon info`,
      `set system syslog host ${host} port ${port}`,
      `set system syslog host ${host} structured-data`,
      'set protocols bgp log-updown',
    ],
  },
  eos: {
    name: 'EOS',
    sends: 'Sessions, routes received after policy, and the best paths of its own table.',
    configuration: ({ host, port, asn }) => [
      `router bgp ${asn}`,
      '   bgp monitoring',
      '   monitoring station peerwatch',
      `      connection address ${host}`,
      `      connection mode active port ${port}`,
      '      export-policy received routes post-policy',
      '      export-policy bgp rib bestpaths',
    ],
    bgp: ({ host, asn, collectorAsn }) => [
      `router bgp ${asn}`,
      `   neighbor ${host} remote-as ${collectorAsn}`,
      `   neighbor ${host} ebgp-multihop 255`,
      `   neighbor ${host} route-map ${POLICY} out`,
      '   address-family ipv4',
      `      neighbor ${host} activate`,
    ],
    logs: 'Changes of sessions with the event of the state machine, and each NOTIFICATION with its code.',
    syslog: ({ host, port, asn }) => [
      'logging format timestamp high-resolution',
      `logging host ${host} ${port} protocol tcp`,
      'logging trap informational',
      `router bgp ${asn}`,
      '   bgp log-neighbor-changes',
    ],
  },
} as const satisfies Record<SoftwareKey, RouterSoftware>

/**
 * Reports whether the BMP of a router software contains no reason for a session that the router itself ended, although
 * its log does. FRR 8.4 reports a reset, a shutdown, an expired hold timer and BFD by the same code.
 */
export const areReasonsOnlyInLog = (software: SoftwareKey): boolean => software === 'frr'

export const routerSoftwareKeys = Object.keys(routerSoftware) as SoftwareKey[]

/**
 * Returns the configuration for a router software and protocol as text. Returns '' if Peerwatch does not support the
 * protocol for this software.
 */
export const buildRouterConfiguration = (software: SoftwareKey, by: ReportProtocol, to: ReportTo): string =>
  routerSoftware[software]
    [by === 'bmp' ? 'configuration' : by](to)
    .map((line) => `${line}\n`)
    .join('')
