/**
 * Error codes of requests that Azure refuses because another operation is using the resource, or a resource on which it
 * depends. The network provider returns them with 429, other providers with 409. In spite of the 429 they do not mean
 * that a request budget is used up. Source: "Understand how Azure Resource Manager throttles requests";
 * testdata/refusals.
 */
const NAMES_ANOTHER_OPERATION = /AnotherOperation|^ReferencedResourceNotProvisioned$/i

export const isLockErrorCode = (code = ''): boolean => NAMES_ANOTHER_OPERATION.test(code)

/**
 * Shortens Azure's message about a locked resource, for example to `PutSubnetOperation is updating /subscriptions/...`.
 * A message in an unknown form is returned unchanged.
 */
export function formatLockDetail(message: string): string {
  const updating = /Operation (\S+ \([^)]{1,500}\)) is updating resource (\S+?)\.?(?:\s|$)/i.exec(message)
  if (updating) return `${updating[1]} is updating ${updating[2]}`
  const last =
    /because resource (\S+) used by .{0,500}last operation that updated\/is updating the resource is (\w+)/is.exec(
      message,
    )
  return last ? `${last[2]} is updating ${last[1]}` : message
}
