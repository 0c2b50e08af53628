import { type AsPath, dropLeadingAsns } from './as-path.ts'
import { GATEWAY_ASN, MICROSOFT_ASN, MSEE_ASN } from './asn.ts'

/** Removes the leading 12076, which Microsoft's edge routers prepend, several times while one of them is drained. */
export const removeMseePrepends = (path: AsPath) => dropLeadingAsns(path, (asn) => asn === MSEE_ASN)

/**
 * Returns the AS path as the customer's router announced it.
 * @returns null for routes that Microsoft or a gateway announced (even if the customer's router announces them back)
 *   and for the edge router's own routes
 */
export function findCustomerPath(path: AsPath): ReturnType<typeof removeMseePrepends> | null {
  const customers = removeMseePrepends(path)
  const [first] = customers.asPath
  return first === undefined || first === MICROSOFT_ASN || customers.asPath.some(isAzures) ? null : customers
}

/**
 * Reports whether an ASN is Azure's and never used in a customer's network. If it occurs behind the customer's ASN, the
 * customer's router announces an Azure prefix back.
 */
const isAzures = (asn: number) => asn === GATEWAY_ASN || asn === MSEE_ASN

/** Reports whether Microsoft's own network announced a route of a path table. */
export function isAnnouncedByMicrosoft(path: AsPath): boolean {
  const [first] = removeMseePrepends(path).asPath
  return path.asPath.length > 0 && (first === undefined || first === MICROSOFT_ASN)
}
