import { GATEWAY_ASN, MICROSOFT_ASN, MSEE_ASN } from './asn.ts'

/**
 * The path as the customer's router announced it: without the 12076 that Microsoft prepends to drain an edge router.
 * @returns null for what Microsoft or a gateway announced, and for the edge router's own routes
 */
export function announcedByCustomer(asPath: readonly number[]): number[] | null {
  const path = withoutDrain(asPath)
  const [first] = path
  return first === undefined || first === GATEWAY_ASN || first === MICROSOFT_ASN ? null : path
}

/** Whether Microsoft's own network announced a route of a path table. */
export function announcedByMicrosoft(asPath: readonly number[]): boolean {
  const [first] = withoutDrain(asPath)
  return asPath.length > 0 && (first === undefined || first === MICROSOFT_ASN)
}

function withoutDrain(asPath: readonly number[]): number[] {
  const first = asPath.findIndex((asn) => asn !== MSEE_ASN)
  return first < 0 ? [] : asPath.slice(first)
}
