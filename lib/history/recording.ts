export { type KnownPoll, knownOnly } from './record/known.ts'
export type { RecordedResource } from './record/inventory/known-resource.ts'
export { attributesFrom, routeKeyText } from './record/routes/route-table.ts'
export type { KnownInventory, SteppedInventory } from './record/inventory/step-inventory.ts'
export { isRead, stepPoll } from './record/step-poll.ts'
export {
  type KnownRoute,
  type KnownTable,
  routeAfter,
  changesOfTable,
  type RouteStep,
} from './record/routes/step-route-table.ts'
