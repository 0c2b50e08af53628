import { REPORT_ACTIONS } from './gateway-reports.ts'
import { kinds } from './kinds/index.ts'

/** The custom role's name: the commands that grant it name it too (lib/contract/words/outcome-remedies.ts). */
export const ROLE_NAME = 'Peerwatch'

/** What a list of subscriptions needs, before anything is polled. */
const LISTING = ['Microsoft.Resources/subscriptions/read']

/** Where a diagnostic operation is followed; ARM names one place or the other. */
const FOLLOWING = ['Microsoft.Network/locations/operationResults/read', 'Microsoft.Network/locations/operations/read']

/** What the bill needs. Azure's lists have both names. */
const BILL = ['Microsoft.CostManagement/query/action', 'Microsoft.CostManagement/query/read']

/** Every action that Peerwatch's requests need, each once: the kinds' own, and what lists, operations, the bill and Azure's own reports add. */
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

/** A custom role as `az role definition create --role-definition` reads it. */
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
 * The least role that gives everything.
 * @param subscriptionIds where it can be assigned; none = a placeholder to replace
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
