import { armTypes, type ConnectionRow } from '#lib/contract/index.ts'
import { send } from '../../send.ts'
import type { Answer } from '../../call.ts'
import { bodyOf, decode, objectOf } from '../../decode.ts'
import { good, type KindDefinition, wholeResource } from '../kind.ts'
import { connectionBody } from './decode.ts'

/** Status, weight, FastPath and bytes of a gateway's connection. */
export const connection: KindDefinition<'connection'> = {
  types: [armTypes.connection],
  actions: ['Microsoft.Network/connections/read'],
  interval: 'circuitsMs',
  subresources: wholeResource,
  nothing: () => [],
  read: async ({ call, arm, id }) =>
    good(
      connectionIn(await send(call, () => arm.network.virtualNetworkGatewayConnections.get(id.resourceGroup, id.name))),
    ),
  decode: connectionIn,
}

function connectionIn(answer: Answer): ConnectionRow[] {
  return [decode(connectionBody, objectOf(bodyOf(answer)))]
}
