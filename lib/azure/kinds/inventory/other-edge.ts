import { armTypes, edgeResourceTypes } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { sendThroughSdk } from '../../call/send-request.ts'
import { decodeRowsWithSchema, parseResponseBody, requireJsonArray, requireBodyObject } from '../../decode/decode.ts'
import { armTextSchema, armTextOrNullSchema } from '../../decode/fields.ts'
import type { ExactJson } from '../../decode/json.ts'
import { createArmRowSchema, getArmMember } from '../../decode/members.ts'
import type { UnreadRowCounter } from '../../decode/unread-row-counter.ts'
import { RESOURCE_GRAPH_PATH } from '../activity/resource-changes.ts'
import type { ResourceListRequest } from './optional-list.ts'

/** Maximum number of resources that are listed. They are only named, so the rest is left out. */
const MAX_ROWS = 200

/**
 * Minimum time in milliseconds between two queries of Resource Graph about the same subscription, because an identity
 * may send only 15 queries in 5 s.
 */
const AGAIN_MS = 6 * MS_PER_HOUR

/**
 * Texts in names of resource types. A resource type whose name contains one of them belongs to the network edge (the
 * connection between Azure and other networks), whatever other resources it refers to.
 */
const EDGE_NAMES = ['expressroute', 'vpn', 'virtualwan', 'virtualhub', 'networkgateway', 'interconnect', 'appliance']

/** Schema of a row of Resource Graph's table `resources`, as {@link QUERY} projects it. */
const row = createArmRowSchema({
  id: armTextSchema,
  name: armTextSchema,
  type: armTextSchema,
  location: armTextOrNullSchema,
})

const quoted = (values: readonly string[]) => values.map((value) => `'${value}'`).join(', ')
const anyOf = (conditions: readonly string[]) => conditions.join(' or ')

/**
 * Query for resources of Microsoft.Network that belong to the edge but whose type is not polled, for example
 * interconnect groups, mesh VPNs and network virtual appliances. Source: Azure Resource Graph, table `resources`.
 */
const QUERY = [
  'resources',
  "where type startswith 'microsoft.network/'",
  `where type !in~ (${quoted(Object.values(armTypes))})`,
  `where ${anyOf([
    ...EDGE_NAMES.map((name) => `type contains '${name}'`),
    ...edgeResourceTypes.map((type) => `tostring(properties) contains '/${type}/'`),
  ])}`,
  'project id, name, type, location',
  'order by id asc',
].join(' | ')

/**
 * Lists the resources of the edge whose types Peerwatch does not poll, so that no part of the edge is invisible. They
 * are stored under one type that Peerwatch invented, because their types are not known in advance.
 * @returns null if Resource Graph is not queried, because it was queried recently, or because the query is not needed,
 *   for example in a subscription without any resource of the network edge
 */
export async function fetchOtherEdgeResources(
  { call, arm, changes, known, providers, id: { subscriptionId }, atPace }: ResourceListRequest,
  unread: UnreadRowCounter,
): Promise<ExactJson[] | null> {
  if (!known.some(({ type }) => edgeResourceTypes.includes(type)) || changes.isBlocked(call.monotonic())) return null
  const [key, moment] = [`other-edge ${subscriptionId}`, { now: call.monotonic(), version: QUERY }]
  if (providers.find(providers, key, moment)) return null
  providers.store(providers, key, true, { ...moment, maxAgeMs: AGAIN_MS })
  const options = { resultFormat: 'objectArray', $top: MAX_ROWS }
  const question = { subscriptions: [subscriptionId], query: QUERY, options }
  const found = await atPace(async () => {
    const body = requireBodyObject(
      parseResponseBody(await sendThroughSdk(call, () => arm.post(RESOURCE_GRAPH_PATH, question))),
    )
    return requireJsonArray(getArmMember(body, 'data'), 'data')
  })
  return decodeRowsWithSchema(row, found, 'data', unread).map(({ id, name, type, location }) => ({
    id,
    name,
    location,
    properties: { armType: type },
  }))
}
