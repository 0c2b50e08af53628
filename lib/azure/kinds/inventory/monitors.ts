import { armTypes, parseArmId } from '#lib/contract/index.ts'
import type { Arm } from '../../call/arm.ts'
import type { Call } from '../../call/call.ts'
import { decodeRows } from '../../decode/decode.ts'
import { textField } from '../../decode/fields.ts'
import type { Json } from '../../decode/json.ts'
import { pagedRows } from '../../call/paging.ts'
import { type OptionalList, optionalList } from './optional-list.ts'
import { decodeResources } from './resources.ts'
import { armRow } from '../../decode/members.ts'

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
    const ids = decodeRows(armRow({ id: textField }), watchers, 'value', unread).flatMap(
      ({ id }) => parseArmId(id) ?? [],
    )
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
