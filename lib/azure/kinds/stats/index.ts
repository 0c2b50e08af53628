import { armTypes, countedPeerings, type CounterRow, isProvisioned } from '#lib/contract/index.ts'
import { send } from '../../call/send.ts'
import type { CallAnswer } from '../../call/call.ts'
import { decodeConfig } from '../../config/index.ts'
import { bodyOf, objectOf } from '../../decode/decode.ts'
import { PollFailure } from '../../call/failure.ts'
import type { Read } from '../../read.ts'
import type { KindDefinition, PlannedResource, Result } from '../kind.ts'
import { counters } from './decode.ts'

/** Cumulative bytes of both paths. The subresource names a peering, or is empty for the whole circuit. */
export const stats: KindDefinition<'stats'> = {
  types: [armTypes.circuit],
  actions: [
    'Microsoft.Network/expressRouteCircuits/stats/read',
    'Microsoft.Network/expressRouteCircuits/peerings/stats/read',
  ],
  interval: 'circuitsMs',
  subresources: countedParts,
  nothing: () => [],
  read: async (read) => countersIn(await statsOf(read)),
  decode: (answer) => countersIn(answer),
}

/** The circuit as a whole, which is what is billed, and each of its peerings where it has several: the whole's counters mix these. */
function countedParts({ config }: PlannedResource): string[] {
  const circuit = decodeConfig(armTypes.circuit, config)
  return ['', ...(isProvisioned(circuit) ? countedPeerings(circuit).map(({ name }) => name) : [])]
}

/**
 * Where ARM has no stats of the circuit (404, and only then: a series must not alternate between two counters) those of its private
 * peering replace them.
 */
async function statsOf({ call, arm, id, subresource }: Read): Promise<CallAnswer> {
  const { expressRouteCircuits } = arm.network
  const ofPeering = (peering: string) => expressRouteCircuits.getPeeringStats(id.resourceGroup, id.name, peering)
  if (subresource !== '') return send(call, () => ofPeering(subresource))
  try {
    return await send(call, () => expressRouteCircuits.getStats(id.resourceGroup, id.name))
  } catch (error) {
    if (!(error instanceof PollFailure) || error.outcome !== 'not_found') throw error
    return send(call, () => ofPeering('AzurePrivatePeering'))
  }
}

function countersIn(answer: CallAnswer): Result<CounterRow[]> {
  return counters(objectOf(bodyOf(answer)))
}
