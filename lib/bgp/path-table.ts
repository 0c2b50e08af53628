import { type AsPath, withoutLeading } from './as-path.ts'
import { GATEWAY_ASN, MICROSOFT_ASN, MSEE_ASN } from './asn.ts'

/** A path without the 12076 that Microsoft's edge routers put in front, more than once while one is drained. */
export const withoutDrain = (path: AsPath) => withoutLeading(path, (asn) => asn === MSEE_ASN)

/**
 * The path as the customer's router announced it.
 * @returns null for what Microsoft or a gateway announced, also where the customer's router announces it back, and for the edge router's own routes
 */
export function announcedByCustomer(path: AsPath): ReturnType<typeof withoutDrain> | null {
  const customers = withoutDrain(path)
  const [first] = customers.asPath
  return first === undefined || first === MICROSOFT_ASN || customers.asPath.some(isAzures) ? null : customers
}

/** ASNs of Azure's that no network of a customer's is: behind the customer's own, a prefix of Azure comes back as its reflection. */
const isAzures = (asn: number) => asn === GATEWAY_ASN || asn === MSEE_ASN

/** Whether Microsoft's own network announced a route of a path table. */
export function announcedByMicrosoft(path: AsPath): boolean {
  const [first] = withoutDrain(path).asPath
  return path.asPath.length > 0 && (first === undefined || first === MICROSOFT_ASN)
}
