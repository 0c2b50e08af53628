import { armTypes } from '#lib/contract/index.ts'
import { type KindDefinition, wholeResource } from '../kind.ts'
import { inventoryOutcome, readInventory } from './read.ts'

/** Every resource of a subscription that Peerwatch reads. */
export const inventory: KindDefinition<'inventory'> = {
  types: [armTypes.subscription],
  interval: 'inventoryMs',
  subresources: wholeResource,
  deadlineMs: 300_000,
  nothing: () => ({ resources: [], listedTypes: [], failedTypes: [] }),
  read: async ({ call, arm, id }) => {
    const rows = await readInventory(call, arm, id.subscriptionId)
    return { ...inventoryOutcome(rows), rows }
  },
}
