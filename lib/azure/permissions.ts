import { REPORT_ACTIONS } from './gateway-reports.ts'
import { kinds } from './kinds/index.ts'

/**
 * Name of the custom role. The commands that grant it also contain this name (lib/contract/words/outcome-remedies.ts).
 */
export const ROLE_NAME = 'Peerwatch'

/** Actions for listing subscriptions, before any poll. */
const LISTING = ['Microsoft.Resources/subscriptions/read']

/** Actions for following a diagnostic operation. ARM uses one address or the other. */
const FOLLOWING = ['Microsoft.Network/locations/operationResults/read', 'Microsoft.Network/locations/operations/read']

/** Actions for reading the bill. Azure's lists contain both names. */
const BILL = ['Microsoft.CostManagement/query/action', 'Microsoft.CostManagement/query/read']

/**
 * Returns all distinct actions that Peerwatch's requests need, for poll kinds, the list of subscriptions, operations,
 * the bill and Azure's gateway reports.
 */
export function roleActions(): string[] {
  const definitions = Object.values(kinds)
  const following = definitions.some(({ operation }) => operation !== undefined) ? FOLLOWING : []
  return [
    ...new Set([
      ...LISTING,
      ...definitions.flatMap(({ actions }) => actions),
      ...following,
      ...BILL,
      ...REPORT_ACTIONS,
    ]),
  ].toSorted()
}

/** A custom role in the format of `az role definition create --role-definition`. */
interface RoleDefinition {
  Name: string
  IsCustom: true
  Description: string
  Actions: string[]
  NotActions: string[]
  DataActions: string[]
  NotDataActions: string[]
  AssignableScopes: string[]
}

/**
 * Returns the minimum role for all features.
 * @param subscriptionIds subscriptions in which the role can be assigned; empty = a placeholder to replace
 * @source Azure RBAC, "Azure custom roles", properties of a custom role as the Azure CLI shows them
 */
export function roleDefinition(subscriptionIds: readonly string[]): RoleDefinition {
  const ids = subscriptionIds.length > 0 ? subscriptionIds : ['00000000-0000-0000-0000-000000000000']
  return {
    Name: ROLE_NAME,
    IsCustom: true,
    Description: 'Reads ExpressRoute and VPN configuration, BGP sessions, routes, counters and metrics',
    Actions: roleActions(),
    NotActions: [],
    DataActions: [],
    NotDataActions: [],
    AssignableScopes: ids.map((id) => `/subscriptions/${id}`),
  }
}
