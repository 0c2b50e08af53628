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
 * Names of members that a write, or a question, changes while the configuration stays: tags of versions, ids of the operation that was last asked
 * for (a question about a gateway's resiliency writes one), and when something was made, provisioned or modified.
 */
const WRITTEN_BY_AZURE = [
  /etag$/i,
  /operationids?$/i,
  // `lastModifiedBy` stays, because it names the owner of a circuit's configuration
  /^last(modified|updated|changed|refreshed)(?!by$)/i,
  /(created|creation|modified|modification|updated|changed|provisioned|provisioning)(date|time|utc)*(date|time|timestamp|utc)$/i,
  /^(created|modified|updated|changed|provisioned)(at|on)(utc)?$/i,
]

/** Whether the name of an ARM member, in any case, shows that Azure writes the member. Such members are not configuration. */
export const isWrittenByAzure = (name: string): boolean => WRITTEN_BY_AZURE.some((form) => form.test(name))

/** Whether an ARM member reports state or is {@link isWrittenByAzure written by Azure}. Configurations are compared without such members. */
export const isStateMember = (name: string): boolean => STATE_MEMBERS.has(name.toLowerCase()) || isWrittenByAzure(name)

/** Members that have tables of their own (connection, counter), in lower case. */
const STATE_MEMBERS: ReadonlySet<string> = new Set([
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
