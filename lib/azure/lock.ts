/**
 * Error codes which mean that another operation uses the resource or a resource on which it depends: 429 from the
 * network provider, 409 elsewhere. They are not about a budget. Source: "Understand how Azure Resource Manager
 * throttles requests"; testdata/refusals.
 */
const NAMES_ANOTHER_OPERATION = /AnotherOperation|^ReferencedResourceNotProvisioned$/i

export const isLockCode = (code = ''): boolean => NAMES_ANOTHER_OPERATION.test(code)

/**
 * Shortens Azure's message about a lock to `PutSubnetOperation is updating /subscriptions/...`. Unknown messages are
 * returned unchanged.
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
