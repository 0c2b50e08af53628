import type { CircuitPath } from '../vocabulary.ts'

/**
 * Dimensions of an Azure Monitor metric, by their names in lower case. The functions in this file parse names that ARM
 * and Azure Monitor spell differently for different resources. Sources: Azure Monitor, supported metrics of
 * Microsoft.Network/expressRouteCircuits (dimensions `DeviceRole` and `Peer`); Azure Network REST, ExpressRouteCircuits
 * - List Arp Table.
 */
type Dimensions = Readonly<Record<string, string>>

/**
 * Returns the path of the circuit to which a metric belongs. The dimension `DeviceRole` or `Peer` names it, for example
 * `Primary` or `Primary-IPv4`.
 * @returns null if no path is named
 */
export function findMetricCircuitPath({ devicerole, peer }: Dimensions): CircuitPath | null {
  const role = (devicerole ?? peer ?? '').toLowerCase()
  return role.includes('primary') ? 'primary' : role.includes('secondary') ? 'secondary' : null
}

/**
 * Returns the address family of a metric of a circuit's peering. Azure names the family only for IPv6, so everything
 * else is IPv4.
 */
export const parseMetricAddressFamily = ({ peer }: Dimensions): 4 | 6 => (/ipv6/i.test(peer ?? '') ? 6 : 4)

/**
 * Reports whether an entry of an ARP table belongs to the customer's router. Other entries belong to the MSEE
 * (Microsoft's edge router).
 */
export const isCustomerArpEntry = (entry: { interface: string }): boolean => /^on-?prem/i.test(entry.interface.trim())

/**
 * Patterns of names of ARM members that change although the configuration does not: version tags, ids of the last
 * operation, and times of creation, provisioning or modification. Even a request for a gateway's resiliency report
 * changes the id of an operation.
 */
const WRITTEN_BY_AZURE = [
  /etag$/i,
  /operationids?$/i,
  // Times and other facts of the last change, for example `lastModifiedTime`. `lastModifiedBy` does not match, because
  // it is configuration: it names the party that manages the peering.
  /^last(modified|updated|changed|refreshed)(?!by$)/i,
  /(created|creation|modified|modification|updated|changed|provisioned|provisioning)(date|time|utc)*(date|time|timestamp|utc)$/i,
  /^(created|modified|updated|changed|provisioned)(at|on)(utc)?$/i,
]

/**
 * Reports whether the name of an ARM member shows that Azure itself changes the member, so that it is not
 * configuration.
 */
export const isArmMemberSetByAzure = (name: string): boolean => WRITTEN_BY_AZURE.some((form) => form.test(name))

/**
 * Reports whether an ARM member contains state, or is {@link isArmMemberSetByAzure changed by Azure itself}. Such
 * members are ignored if configurations are compared.
 */
export const isArmStateMember = (name: string): boolean =>
  STATE_MEMBERS.has(name.toLowerCase()) || isArmMemberSetByAzure(name)

/**
 * Names of ARM members that contain state in place of configuration, in lower case. Status and byte counts of
 * connections are not lost, because they are stored in separate tables.
 */
const STATE_MEMBERS: ReadonlySet<string> = new Set([
  'systemdata',
  'connectionstatus',
  'connectionstatusdetails',
  // state of the connection between a network and a hub
  'connectivitystatus',
  // number of point-to-site VPN clients, and their bytes
  'vpnclientconnectionhealth',
  // state of a hub's BGP connection
  'connectionstate',
  'tunnelconnectionstatus',
  // private endpoints of a subnet, which are resources of their own
  'privateendpoints',
  // state of a Global Reach connection
  'circuitconnectionstatus',
  'ingressbytestransferred',
  'egressbytestransferred',
  'stats',
])
