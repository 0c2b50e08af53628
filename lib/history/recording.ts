export { type KnownPoll, knownOnly } from './record/known.ts'
export type { RecordedResource } from './record/inventory/known-resource.ts'
export { attributesFrom, routeKeyText } from './record/routes/route-table.ts'
export type { KnownInventory, InventoryComparison } from './record/inventory/compare-inventory.ts'
export { isRead, comparePoll } from './record/compare-poll.ts'
export {
  type KnownRoute,
  type KnownTable,
  routeAfter,
  changesOfTable,
  type RouteStep,
} from './record/routes/compare-route-table.ts'
