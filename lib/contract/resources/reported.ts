import type { CircuitPath } from '../vocabulary.ts'

/**
 * Parsers of names in ARM and Azure Monitor data other than configuration, whose case and form vary by family. Sources:
 * Azure Monitor, supported metrics of Microsoft.Network/expressRouteCircuits (dimensions `DeviceRole` and `Peer`);
 * Azure Network REST, ExpressRouteCircuits - List Arp Table.
 */
type Dimensions = Readonly<Record<string, string>>

/**
 * Returns the path to which a circuit metric belongs, from a device role or peer such as `Primary` or `Primary-IPv4`.
 * @param dimensions names in lower case
 * @returns null if neither path is named
 */
export function pathOfMetric({ devicerole, peer }: Dimensions): CircuitPath | null {
  const role = (devicerole ?? peer ?? '').toLowerCase()
  return role.includes('primary') ? 'primary' : role.includes('secondary') ? 'secondary' : null
}

/** Returns the address family of a metric of a circuit's peering; Azure names only IPv6. */
export const familyOfMetric = ({ peer }: Dimensions): 4 | 6 => (/ipv6/i.test(peer ?? '') ? 6 : 4)

/** Reports whether an ARP entry is the customer's router, and not the MSEE. */
export const isCustomerSide = (entry: { interface: string }): boolean => /^on-?prem/i.test(entry.interface.trim())

/**
 * Names of members that change although the configuration does not: version tags, ids of the last operation (even a
 * request for a gateway's resiliency changes one), and times of creation, provisioning or modification.
 */
const WRITTEN_BY_AZURE = [
  /etag$/i,
  /operationids?$/i,
  // Matches times and other facts of the last change. `lastModifiedBy` does not match, because it is configuration: it
  // names the owner of a circuit's configuration.
  /^last(modified|updated|changed|refreshed)(?!by$)/i,
  /(created|creation|modified|modification|updated|changed|provisioned|provisioning)(date|time|utc)*(date|time|timestamp|utc)$/i,
  /^(created|modified|updated|changed|provisioned)(at|on)(utc)?$/i,
]

/**
 * Reports whether the name of an ARM member, in any case, shows that Azure writes the member. Such members are not
 * configuration.
 */
export const isWrittenByAzure = (name: string): boolean => WRITTEN_BY_AZURE.some((form) => form.test(name))

/**
 * Reports whether an ARM member contains state or is {@link isWrittenByAzure written by Azure}. Configurations are
 * compared without such members.
 */
export const isStateMember = (name: string): boolean => STATE_MEMBERS.has(name.toLowerCase()) || isWrittenByAzure(name)

/**
 * ARM members that contain state instead of configuration, in lower case. Status and byte counts of connections are
 * stored in separate tables.
 */
const STATE_MEMBERS: ReadonlySet<string> = new Set([
  'systemdata',
  'connectionstatus',
  'connectionstatusdetails',
  // state of a network's connection to a hub
  'connectivitystatus',
  // number of clients of a point-to-site VPN, and their bytes
  'vpnclientconnectionhealth',
  // state of a hub's BGP connection
  'connectionstate',
  'tunnelconnectionstatus',
  // state of a Global Reach connection
  'circuitconnectionstatus',
  'ingressbytestransferred',
  'egressbytestransferred',
  'stats',
])
