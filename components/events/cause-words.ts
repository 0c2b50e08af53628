const causes: Record<string, string> = {
  unknown_cause: 'not known',
  msee_maintenance: 'maintenance of Microsoft’s edge',
}
const acronyms: Record<string, string> = {
  bgp: 'BGP',
  arp: 'ARP',
  msee: 'MSEE',
  onprem: 'on-premises',
  nsg: 'NSG',
  vpn: 'VPN',
  bfd: 'BFD',
}

/** A cause's class as it is read: `provider_or_customer_link` is `provider or customer link`. */
export const causeWords = (name: string): string =>
  causes[name] ??
  name
    .split('_')
    .map((word) => acronyms[word] ?? word)
    .join(' ')
