import type { RouteServer } from '#lib/gateways/api/index.ts'

export const formatPeersOfMaximum = (count: number, most: number): string => `${count} of ${most} that it takes`

export function describeBranchToBranch(branchToBranch: RouteServer['branchToBranch']): string {
  if (branchToBranch === null) return 'Azure does not say whether branch-to-branch is on.'
  return branchToBranch
    ? 'Branch-to-branch is on: what gateways and peers announce reaches the others of them.'
    : 'Branch-to-branch is off: what gateways and peers announce reaches the virtual network alone.'
}
