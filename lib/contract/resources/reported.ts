import type { CircuitPath } from '../vocabulary.ts'

/**
 * Words of ARM and Azure Monitor that polls report beside configuration, read in one place. Azure prints them in forms that vary in
 * case and by family. Sources: Azure Monitor, supported metrics of Microsoft.Network/expressRouteCircuits (dimensions `DeviceRole` and
 * `Peer`); Azure Network REST, ExpressRouteCircuits - List Arp Table.
 */
type Dimensions = Readonly<Record<string, string>>

/**
 * The path that a metric of a circuit is about: `Primary`, `Primary-IPv4` and the like, as device role or as peer.
 * @param dimensions names in lower case
 * @returns null where they name neither path
 */
export function pathOfMetric({ devicerole, peer }: Dimensions): CircuitPath | null {
  const role = (devicerole ?? peer ?? '').toLowerCase()
  return role.includes('primary') ? 'primary' : role.includes('secondary') ? 'secondary' : null
}

/** The address family that a metric of a circuit's peer is about; Azure names IPv6 alone. */
export const familyOfMetric = ({ peer }: Dimensions): 4 | 6 => (/ipv6/i.test(peer ?? '') ? 6 : 4)

/** Whether an ARP entry is the customer's router, and not the MSEE. */
export const isCustomerSide = (entry: { interface: string }): boolean => /^on-?prem/i.test(entry.interface.trim())

/**
 * Members of ARM bodies that report state and not configuration, in lower case: they have tables of their own (connection, counter), or
 * change with every write.
 */
export const stateMembers: ReadonlySet<string> = new Set([
  'etag',
  'systemdata',
  'connectionstatus',
  'connectionstatusdetails',
  // of a network's connection to a hub
  'connectivitystatus',
  // clients of a point-to-site VPN: how many there are, and their bytes
  'vpnclientconnectionhealth',
  // of a hub's BGP connection
  'connectionstate',
  'tunnelconnectionstatus',
  // of a Global Reach connection
  'circuitconnectionstatus',
  'ingressbytestransferred',
  'egressbytestransferred',
  'stats',
])
