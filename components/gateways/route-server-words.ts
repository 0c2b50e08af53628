import type { RouteServer, RouteServerPeer } from '#lib/contract/index.ts'

export const peersText = (count: number, most: number): string => `${count} of ${most} that it takes`

/** Routes by instance: `IN_0 3, IN_1 3`. */
export function routesText(tables: RouteServerPeer['learned']): string {
  if (tables === null) return 'not read yet'
  if (tables.length === 0) return 'no routes'
  return tables.map(({ instance, routes }) => `${instance.replace(/^RouteServiceRole_/i, '')} ${routes}`).join(', ')
}

export function branchText(branchToBranch: RouteServer['branchToBranch']): string {
  if (branchToBranch === null) return 'Azure does not say whether branch-to-branch is on.'
  return branchToBranch
    ? 'Branch-to-branch is on: what gateways and peers announce reaches the others of them.'
    : 'Branch-to-branch is off: what gateways and peers announce reaches the virtual network alone.'
}
