import { armTypes, parseArmId } from '#lib/contract/index.ts'
import type { Arm } from '../../arm.ts'
import type { Call } from '../../call.ts'
import { decodeRows } from '../../decode.ts'
import { text } from '../../fields.ts'
import type { Json } from '../../json.ts'
import { pagedRows } from '../../paging.ts'
import { type OptionalList, optionalList } from './optional-list.ts'
import { decodeResources } from './resources.ts'
import { armRow } from '../../members.ts'

/** Runs a request when the inventory's pace lets it through. */
type Paced = (read: () => Promise<Json[]>) => Promise<Json[]>

/**
 * The connection monitors of a subscription, below its network watchers (one for each region). They are additional evidence and never
 * required: where they can't be listed, for whatever reason, the inventory is complete without them.
 * @returns null where they could not be listed
 */
export function readMonitors(call: Call, arm: Arm, atPace: Paced): Promise<OptionalList | null> {
  const { networkWatchers, connectionMonitors } = arm.network
  return optionalList(call, async (unread) => {
    const watchers = await atPace(() =>
      pagedRows(call, (continuationToken) => networkWatchers.listAll().byPage({ continuationToken })),
    )
    const ids = decodeRows(armRow({ id: text }), watchers, 'value', unread).flatMap(({ id }) => parseArmId(id) ?? [])
    const lists = ids.map(({ resourceGroup, name }) =>
      atPace(() =>
        pagedRows(call, (continuationToken) =>
          connectionMonitors.list(resourceGroup ?? '', name).byPage({ continuationToken }),
        ),
      ),
    )
    return decodeResources(armTypes.connectionMonitor, (await Promise.all(lists)).flat(), unread)
  })
}
