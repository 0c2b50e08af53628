import { armTypes } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import { decodeConfig } from '../../config/index.ts'
import { PollFailure } from '../../call/failure.ts'
import { type KindDefinition, tableKind, wholeResource } from '../kind.ts'
import { effectiveRowsIn } from './decode.ts'

/** Of a fault of Azure's own, which says nothing about the virtual machine. */
const OWN_FAULT = /^(?:internal|retryable|server|service)/i

/**
 * The routes that Azure applies to a network interface: system routes, user-defined ones and those of gateways. Azure has them only while
 * the virtual machine runs, and refuses the operation otherwise; with which code is not documented.
 * Source: Azure Network REST, NetworkInterfaces_GetEffectiveRouteTable.
 */
export const effective: KindDefinition<'effective'> = {
  types: [armTypes.networkInterface],
  actions: ['Microsoft.Network/networkInterfaces/effectiveRouteTable/action'],
  interval: 'routesMs',
  leastIntervalMs: 15 * MINUTE,
  // attached to no virtual machine, it has none
  subresources: ({ config }) =>
    decodeConfig(armTypes.networkInterface, config).machine === null ? [] : wholeResource(),
  refused: ({ outcome, error }) => {
    const isOwnFault = (error.httpStatus ?? 0) >= 500 || OWN_FAULT.test(error.code)
    return outcome === 'unavailable' && !isOwnFault ? new PollFailure('not_polled', error) : null
  },
  ...tableKind(
    'tables',
    ({ arm, id }, options) => arm.network.networkInterfaces.getEffectiveRouteTable(id.resourceGroup, id.name, options),
    effectiveRowsIn,
  ),
}
