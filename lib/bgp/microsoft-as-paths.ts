import { type AsPath, removeLeadingAsns } from './as-path.ts'
import { GATEWAY_ASN, MICROSOFT_ASN, MSEE_ASN } from './asn.ts'

/**
 * Removes all leading ASNs 12076 of an AS path. Microsoft's edge routers prepend this ASN, and repeat it while one of
 * them is drained for maintenance.
 */
export const removeMseeAsnPrepends = (path: AsPath) => removeLeadingAsns(path, (asn) => asn === MSEE_ASN)

/**
 * Returns the AS path of a route in a circuit's path table as the customer's router announced it.
 * @returns null for routes that Microsoft or a gateway announced (even if the customer's router announces them back),
 *   and for the edge router's own routes
 */
export function findCustomerPath(path: AsPath): ReturnType<typeof removeMseeAsnPrepends> | null {
  const customers = removeMseeAsnPrepends(path)
  const [first] = customers.asPath
  return first === undefined || first === MICROSOFT_ASN || customers.asPath.some(isAzureAsn) ? null : customers
}

/**
 * Reports whether an ASN belongs to Azure and never to a customer's network. If such an ASN follows a customer's ASN,
 * the customer's router announces an Azure prefix back.
 */
const isAzureAsn = (asn: number) => asn === GATEWAY_ASN || asn === MSEE_ASN

/** Reports whether Microsoft (its own network or the edge router) announced a route in a circuit's path table. */
export function isAnnouncedByMicrosoft(path: AsPath): boolean {
  const [first] = removeMseeAsnPrepends(path).asPath
  return path.asPath.length > 0 && (first === undefined || first === MICROSOFT_ASN)
}
