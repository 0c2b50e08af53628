import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'

const causes: Readonly<Record<string, string>> = createSafeLookupTable({
  unknown_cause: 'unknown',
  global_reach: 'Global Reach',
  own_operation: 'fault of Peerwatch itself',
  msee_maintenance: 'maintenance of Microsoft’s edge',
})

const terms: Readonly<Record<string, string>> = createSafeLookupTable({
  bgp: 'BGP',
  arp: 'ARP',
  msee: 'MSEE',
  ce: 'CE',
  onprem: 'on-premises',
  nsg: 'NSG',
  vpn: 'VPN',
  bfd: 'BFD',
})

/** Returns the class of a cause as text: `provider_or_customer_link` becomes `provider or customer link`. */
export const formatCauseClass = (name: string): string =>
  causes[name] ??
  name
    .split('_')
    .map((word) => terms[word] ?? word)
    .join(' ')
