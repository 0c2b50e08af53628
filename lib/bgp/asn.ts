/** ASN of Microsoft's edge routers (MSEE). */
export const MSEE_ASN = 12076
/** ASN of Microsoft's own network, as the MSEEs learn it on Microsoft peering. */
export const MICROSOFT_ASN = 8075
/** ASN of Azure gateways, also in sessions between their instances. */
export const GATEWAY_ASN = 65515

/**
 * ASNs that Azure reserves for its edge (8074, 8075, 12076) and for its gateways (65515 to 65520).
 * Sources: Azure documentation, "ExpressRoute routing requirements" (65515 to 65520), "About BGP with VPN Gateway"
 * (8074, 8075, and all of 65515 to 65520 except 65516).
 */
export const azureReservedAsns = [
  { from: 8074, to: 8075 },
  { from: MSEE_ASN, to: MSEE_ASN },
  { from: GATEWAY_ASN, to: 65520 },
] as const

/**
 * ASNs that a customer's router may not use as its own, and the organization that reserves each. Source in addition to
 * Azure's: IANA "Special-Purpose AS Numbers" registry (RFC 7607, 6793, 5398, 7300).
 */
const reserved: { from: number; to: number; by: string }[] = [
  ...azureReservedAsns.map((range) => ({ ...range, by: 'Azure' })),
  { from: 0, to: 0, by: 'IANA (RFC 7607)' },
  { from: 23456, to: 23456, by: 'IANA (AS_TRANS, RFC 6793)' },
  { from: 64496, to: 64511, by: 'IANA (documentation, RFC 5398)' },
  { from: 65535, to: 65535, by: 'IANA (RFC 7300)' },
  { from: 65536, to: 65551, by: 'IANA (documentation, RFC 5398)' },
  { from: 4294967295, to: 4294967295, by: 'IANA (RFC 7300)' },
]

/** Returns the organization that reserves an ASN, for example `Azure`; null if a customer may use the ASN. */
export function findAsnReservation(asn: number): string | null {
  return reserved.find(({ from, to }) => asn >= from && asn <= to)?.by ?? null
}

/**
 * Reports whether an ASN belongs to the public Internet, that is, it is neither private (RFC 6996) nor reserved.
 * Numbers beyond 32 bits, which anonymized tables contain, are not public.
 */
export function isPublicAsn(asn: number): boolean {
  const isPrivate = (asn >= 64512 && asn <= 65534) || asn >= 4200000000
  return !isPrivate && findAsnReservation(asn) === null
}
