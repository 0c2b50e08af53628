import { armKey, armTypes, parseArmId, type PollError, subscriptionOf } from '#lib/contract/index.ts'
import { failureOfError } from '../../call/classify.ts'
import { send } from '../../call/send.ts'
import { bodyOf, objectOf } from '../../decode/decode.ts'
import type { Read } from '../../read.ts'
import type { InGroup } from './in-group.ts'
import { type OptionalList, optionalList } from './optional-list.ts'
import { decodeResources } from './resources.ts'

/**
 * The network interfaces of the subscription that operators chose, one by one: an estate has thousands of others. They are never required.
 * @returns null where nobody said which ones are chosen, or one of them could not be read
 */
export async function readInterfaces(
  { call, arm, params, id: { subscriptionId } }: Pick<Read, 'call' | 'arm' | 'params' | 'id'>,
  atPace: InGroup,
): Promise<OptionalList | null> {
  if (params.interfaces === undefined) return null
  const own = params.interfaces.filter((id) => subscriptionOf(id) === subscriptionId.toLowerCase())
  const ids = [...new Map(own.map((id) => [armKey(id), id])).values()].flatMap((id) => parseArmId(id) ?? [])
  return optionalList(call, async (unread) => {
    const found = ids.map(({ resourceGroup, name }) =>
      atPace(resourceGroup ?? '', async () => {
        const answer = await send(call, async () => arm.network.networkInterfaces.get(resourceGroup ?? '', name))
        return [objectOf(bodyOf(answer))]
      }).catch((error: unknown) => {
        const { outcome, error: said } = failureOfError(error, call)
        if (outcome === 'not_found' && isResourceGone(said)) return []
        throw error
      }),
    )
    return decodeResources(armTypes.networkInterface, (await Promise.all(found)).flat(), unread)
  })
}

/** Resource Manager's word for one resource that does not exist; other 404s are about its type, its version or its subscription. */
const isResourceGone = ({ code }: PollError) => /^(ResourceNotFound|NotFound)$/i.test(code)
