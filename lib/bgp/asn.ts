/** Microsoft's edge routers (MSEE). */
export const MSEE_ASN = 12076
/** Microsoft's own network, as its edge routers learn it on Microsoft peering. */
export const MICROSOFT_ASN = 8075
/** Azure's gateways, and what they speak among themselves. */
export const GATEWAY_ASN = 65515

/**
 * ASNs that a customer's router may not use as its own.
 * Sources: Azure documentation, "About BGP with VPN Gateway" (ASNs reserved by Azure and by IANA);
 * IANA "Special-Purpose AS Numbers" registry (RFC 7607, 6793, 5398, 7300).
 */
const reserved: { from: number; to: number; by: string }[] = [
  { from: 0, to: 0, by: 'IANA (RFC 7607)' },
  { from: 8074, to: 8075, by: 'Azure' },
  { from: 12076, to: 12076, by: 'Azure' },
  { from: 23456, to: 23456, by: 'IANA (AS_TRANS, RFC 6793)' },
  { from: 64496, to: 64511, by: 'IANA (documentation, RFC 5398)' },
  { from: 65515, to: 65515, by: 'Azure' },
  { from: 65517, to: 65520, by: 'Azure' },
  { from: 65535, to: 65535, by: 'IANA (RFC 7300)' },
  { from: 65536, to: 65551, by: 'IANA (documentation, RFC 5398)' },
  { from: 4294967295, to: 4294967295, by: 'IANA (RFC 7300)' },
]

/** Who reserves an ASN, in words; null if a customer may use it. */
export function reservedBy(asn: number): string | null {
  return reserved.find(({ from, to }) => asn >= from && asn <= to)?.by ?? null
}

/**
 * Whether an ASN is one of the public Internet's: assigned, neither private (RFC 6996) nor reserved. Numbers beyond 32 bit, as
 * anonymised tables hold them, are none.
 */
export function isPublicAsn(asn: number): boolean {
  const isPrivate = (asn >= 64512 && asn <= 65534) || asn >= 4200000000
  return !isPrivate && reservedBy(asn) === null
}
