export { type StoredPollStateAndRows, createKnownPollWithoutRows } from './record/known-poll.ts'
export type { StoredInventoryResource } from './record/inventory/known-resource.ts'
export { parseAttributesText, formatRouteKey } from './record/routes/route-table.ts'
export type { KnownInventory, InventoryComparison } from './record/inventory/compare-inventory.ts'
export { hasReadRows, comparePollWithStoredState } from './record/compare-poll.ts'
export {
  type KnownRoute,
  type KnownTable,
  getRouteAfterTransition,
  listTableChanges,
  type RouteComparison,
} from './record/routes/compare-route-table.ts'
