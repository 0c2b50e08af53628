export { type KnownPoll, knownOnly } from './record/known.ts'
export type { RecordedResource } from './record/known-resource.ts'
export { attributesFrom, routeKeyText } from './record/route-table.ts'
export type { KnownInventory, SteppedInventory } from './record/step-inventory.ts'
export { isRead, stepPoll } from './record/step-poll.ts'
export {
  type KnownRoute,
  type KnownTable,
  routeAfter,
  changesOfTable,
  type RouteStep,
} from './record/step-route-table.ts'
