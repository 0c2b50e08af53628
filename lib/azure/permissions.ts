import { GATEWAY_REPORT_ROLE_ACTIONS } from './gateway-reports.ts'
import { pollKindDefinitions } from './kinds/index.ts'

/**
 * Name of the custom role. lib/contract/words/outcome-remedies.ts contains the same name in the commands that assign
 * the role.
 */
export const AZURE_ROLE_NAME = 'Peerwatch'

/** Actions for listing the subscriptions. */
const LISTING = ['Microsoft.Resources/subscriptions/read']

/**
 * Actions for checking the state of a diagnostic operation. The status address of an operation contains either
 * `operationResults` or `operations`, so both actions are needed.
 */
const FOLLOWING = ['Microsoft.Network/locations/operationResults/read', 'Microsoft.Network/locations/operations/read']

/**
 * Actions for reading the billed cost. Azure's documentation lists the action under both names, so the role contains
 * both.
 */
const BILL = ['Microsoft.CostManagement/query/action', 'Microsoft.CostManagement/query/read']

/**
 * Returns all actions that Peerwatch's requests need, without duplicates: for all poll kinds, the list of
 * subscriptions, the state of operations, the billed cost and Azure's gateway reports.
 */
export function listRoleActions(): string[] {
  const definitions = Object.values(pollKindDefinitions)
  const following = definitions.some(({ operation }) => operation !== undefined) ? FOLLOWING : []
  return [
    ...new Set([
      ...LISTING,
      ...definitions.flatMap(({ actions }) => actions),
      ...following,
      ...BILL,
      ...GATEWAY_REPORT_ROLE_ACTIONS,
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
 * Returns a role with the minimum permissions for all features.
 * @param subscriptionIds the subscriptions in which the role can be assigned. If empty, the result contains a
 *   placeholder ID, which the user must replace.
 * @source Azure RBAC, "Azure custom roles", properties of a custom role as the Azure CLI shows them
 */
export function buildRoleDefinition(subscriptionIds: readonly string[]): RoleDefinition {
  const ids = subscriptionIds.length > 0 ? subscriptionIds : ['00000000-0000-0000-0000-000000000000']
  return {
    Name: AZURE_ROLE_NAME,
    IsCustom: true,
    Description: 'Reads ExpressRoute and VPN configuration, BGP sessions, routes, counters and metrics',
    Actions: listRoleActions(),
    NotActions: [],
    DataActions: [],
    NotDataActions: [],
    AssignableScopes: ids.map((id) => `/subscriptions/${id}`),
  }
}
