import { createSafeLookupTable } from './safe-lookup-table.ts'

/**
 * Regions in Microsoft's BGP communities. The last two digits of a five-digit value are the region, and the first three
 * digits are the service. Source: "ExpressRoute routing requirements", support for BGP communities, and BGP community
 * support in national clouds.
 */
const REGIONS: Readonly<Record<number, string>> = {
  2: 'West Europe',
  3: 'North Europe',
  4: 'East US',
  5: 'East US 2',
  6: 'West US',
  7: 'North Central US',
  8: 'South Central US',
  9: 'Central US',
  10: 'East Asia',
  11: 'Southeast Asia',
  12: 'Japan East',
  13: 'Japan West',
  14: 'Brazil South',
  15: 'Australia East',
  16: 'Australia Southeast',
  17: 'India Central',
  18: 'India West',
  19: 'India South',
  20: 'Canada Central',
  21: 'Canada East',
  24: 'UK South',
  25: 'UK West',
  26: 'West US 2',
  27: 'West Central US',
  28: 'Korea South',
  29: 'Korea Central',
  30: 'France Central',
  31: 'France South',
  32: 'Australia Central',
  33: 'Australia Central 2',
  34: 'South Africa North',
  35: 'South Africa West',
  36: 'UAE North',
  37: 'UAE Central',
  38: 'Switzerland North',
  39: 'Switzerland West',
  40: 'Germany North',
  41: 'Germany West Central',
  42: 'Norway East',
  43: 'Norway West',
  44: 'West US 3',
  59: 'New Zealand North',
}

/**
 * Services by the first three digits of a five-digit value; '' = all services of the region. Values that begin with 500
 * mark prefixes of virtual networks on private peering.
 */
const REGIONAL: Readonly<Record<string, string>> = createSafeLookupTable({
  '500': 'virtual networks',
  '510': '',
  '520': 'Storage',
  '530': 'SQL',
  '540': 'Azure Cosmos DB',
  '550': 'Backup',
})

const NAMED: Readonly<Record<string, string>> = createSafeLookupTable({
  '5010': 'Exchange Online',
  '5020': 'SharePoint Online',
  '5030': 'Skype for Business and Teams',
  '5040': 'CRM Online',
  '5050': 'Azure Global Services',
  '5060': 'Microsoft Entra ID',
  '5070': 'Azure Resource Manager',
  '5100': 'Other Office 365 Online services',
  '5110': 'Exchange Online (US Government)',
  '5120': 'SharePoint Online (US Government)',
  '5130': 'Skype for Business Online (US Government)',
  '5160': 'Microsoft Entra ID (US Government)',
  '5200': 'Other Office 365 Online services (US Government)',
  '5220': 'Microsoft Defender for Identity',
  '5250': 'Microsoft PSTN services',
  '51105': 'US Gov Virginia',
  '51106': 'US Gov Arizona',
  '51108': 'US Gov Texas',
  '51109': 'US Gov Iowa',
  '51205': 'US DoD East',
  '51209': 'US DoD Central',
  '51301': 'China North',
  '51302': 'China East',
  '51303': 'China East 2',
  '51304': 'China North 2',
  '51305': 'China North 3',
})

/**
 * Returns the name of a Microsoft community.
 * @param community for example `12076:51004`
 * @returns null if Microsoft's documentation does not list the community
 */
export function getMicrosoftCommunityName(community: string): string | null {
  const [, value] = /^12076:(\d{4,5})$/.exec(community.trim()) ?? []
  if (value === undefined) return null
  if (NAMED[value] !== undefined) return NAMED[value]
  const service = REGIONAL[value.slice(0, 3)]
  const region = value.length === 5 ? REGIONS[Number(value.slice(3))] : undefined
  if (service === undefined || region === undefined) return null
  return service === '' ? region : `${service}, ${region}`
}

/**
 * Communities of Exchange, SharePoint, Skype for Business and other Microsoft 365 services. A circuit that requests
 * them must be Premium.
 * Source: "ExpressRoute routing requirements", service to BGP community value.
 */
const MICROSOFT_365: ReadonlySet<string> = new Set(['12076:5010', '12076:5020', '12076:5030', '12076:5100'])

/** @param community for example `12076:5010` */
export const isMicrosoft365Community = (community: string): boolean => MICROSOFT_365.has(community.trim())
