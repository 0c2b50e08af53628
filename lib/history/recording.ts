export { type KnownPoll, createKnownPollWithoutRows } from './record/known-poll.ts'
export type { RecordedResource } from './record/inventory/known-resource.ts'
export { parseAttributesText, formatRouteKey } from './record/routes/route-table.ts'
export type { KnownInventory, InventoryComparison } from './record/inventory/compare-inventory.ts'
export { hasReadRows, comparePoll } from './record/compare-poll.ts'
export {
  type KnownRoute,
  type KnownTable,
  getRouteAfterTransition,
  listTableChanges,
  type RouteTransition,
} from './record/routes/compare-route-table.ts'
