/**
 * Codes with which Azure says that another operation holds the resource, or one that it depends on: 429 of the network provider, 409
 * elsewhere. They say nothing of any budget. Source: "Understand how Azure Resource Manager throttles requests"; testdata/refusals.
 */
const NAMES_ANOTHER_OPERATION = /AnotherOperation|^ReferencedResourceNotProvisioned$/i

export const isLockCode = (code = ''): boolean => NAMES_ANOTHER_OPERATION.test(code)

/** `PutSubnetOperation is updating /subscriptions/...`, from the sentences that Azure has for it; another sentence as it is. */
export function lockDetail(message: string): string {
  const updating = /Operation (\S+ \([^)]{1,500}\)) is updating resource (\S+?)\.?(?:\s|$)/i.exec(message)
  if (updating) return `${updating[1]} is updating ${updating[2]}`
  const last =
    /because resource (\S+) used by .{0,500}last operation that updated\/is updating the resource is (\w+)/is.exec(
      message,
    )
  return last ? `${last[2]} is updating ${last[1]}` : message
}
