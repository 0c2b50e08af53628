import {
  armTypes,
  listSeparatelyCountedPeerings,
  type CounterRow,
  isCircuitProvisioned,
  parsePathSubject,
  quoteShellWord,
} from '#lib/contract/index.ts'
import { sendThroughSdk } from '../call/send-request.ts'
import type { ArmResponse } from '../call/call.ts'
import { decodeResourceConfig } from '../config/index.ts'
import { parseResponseBody, decodeIgnoringInvalidMembers, requireBodyObject } from '../decode/decode.ts'
import { armCountOrNullSchema } from '../decode/fields.ts'
import type { JsonObject } from '../decode/json.ts'
import { createArmRowSchema } from '../decode/members.ts'
import { createMalformedFailure, PollFailure } from '../call/failure.ts'
import type { PollInput } from '../poll-input.ts'
import { createCommandBuilder, buildArmGet } from './arm-requests.ts'
import type { KindDefinition, PlannedResource, KindPollResult } from './kind.ts'
import { buildResultWithUnreadCount, UnreadRowCounter } from '../decode/unread-row-counter.ts'

/**
 * Polls the byte counters of both paths of a circuit. The subresource is the name of a peering, or empty for the whole
 * circuit.
 */
export const statsPollKind: KindDefinition<'stats'> = {
  types: [armTypes.circuit],
  actions: [
    'Microsoft.Network/expressRouteCircuits/stats/read',
    'Microsoft.Network/expressRouteCircuits/peerings/stats/read',
  ],
  command: createCommandBuilder(armTypes.circuit, (name, subresource) => {
    if (subresource === '') return `az network express-route get-stats --name ${name}`
    const peering = parsePathSubject(subresource).peering ?? ''
    return `az network express-route peering get-stats --circuit-name ${name} --name ${quoteShellWord(peering)}`
  }),
  putOff: 'later',
  interval: 'circuitsMs',
  subresources: countedParts,
  nothing: () => [],
  read: async (read) => counters(requireBodyObject(parseResponseBody(await statsOf(read)))),
  plainRequest: ({ resourceId, subresource }) => {
    const [peering] = subresource.split('/')
    return buildArmGet(`${resourceId}${peering ? `/peerings/${peering}` : ''}/stats`)
  },
  decode: (answer) => counters(requireBodyObject(parseResponseBody(answer))),
}

/**
 * Returns the subresources that are polled: '' for the whole circuit, because Azure bills the bytes of the whole
 * circuit, and also the name of each peering if there are several peerings. With several peerings, the counters of the
 * circuit are the sum of the peerings' counters.
 */
function countedParts({ config }: PlannedResource): string[] {
  const circuit = decodeResourceConfig(armTypes.circuit, config)
  return ['', ...(isCircuitProvisioned(circuit) ? listSeparatelyCountedPeerings(circuit).map(({ name }) => name) : [])]
}

/**
 * Requests the byte counters of a circuit. If ARM has none for the circuit (404), the counters of its private peering
 * are used. After other failures they are not used, because then the stored values would alternate between two
 * different counters.
 */
async function statsOf({ call, arm, id, subresource }: PollInput): Promise<ArmResponse> {
  const { expressRouteCircuits } = arm.network
  const ofPeering = (peering: string) => expressRouteCircuits.getPeeringStats(id.resourceGroup, id.name, peering)
  if (subresource !== '') return sendThroughSdk(call, () => ofPeering(subresource))
  try {
    return await sendThroughSdk(call, () => expressRouteCircuits.getStats(id.resourceGroup, id.name))
  } catch (error) {
    if (!(error instanceof PollFailure) || error.outcome !== 'not_found') throw error
    return sendThroughSdk(call, () => ofPeering('AzurePrivatePeering'))
  }
}

/**
 * Schema of the byte counters of a circuit or of one peering. Responses contain the members in this spelling. In the
 * specification (ExpressRouteCircuitStats) the first one is `primarybytesIn`.
 */
const statsRow = createArmRowSchema({
  primaryBytesIn: armCountOrNullSchema,
  primaryBytesOut: armCountOrNullSchema,
  secondaryBytesIn: armCountOrNullSchema,
  secondaryBytesOut: armCountOrNullSchema,
})

/**
 * Decodes the four counters. Some of them may be missing or invalid. If there is no valid counter at all, the response
 * is malformed.
 */
function counters(body: JsonObject): KindPollResult<CounterRow[]> {
  const unread = new UnreadRowCounter()
  const { known } = decodeIgnoringInvalidMembers(statsRow, body, '', unread)
  const isNothing = Object.values(known).every((value) => value === null)
  if (isNothing && unread.count > 0) throw unread.failure(true)
  if (isNothing)
    throw createMalformedFailure('the body: expected primaryBytesIn and its like, got none of them', 'MALFORMED_FIELD')
  unread.outOf(1)
  const rows: CounterRow[] = [
    { path: 'primary', bytesIn: known.primaryBytesIn, bytesOut: known.primaryBytesOut },
    { path: 'secondary', bytesIn: known.secondaryBytesIn, bytesOut: known.secondaryBytesOut },
  ]
  return buildResultWithUnreadCount(rows, unread)
}
