import {
  normalizeArmId,
  armTypes,
  type InventoryRows,
  type PollOutcome,
  type PollError,
  type ResourceRow,
} from '#lib/contract/index.ts'
import type { AzurePollContext } from '../../call/call.ts'
import { classifyRequestError } from '../../call/classify-failure.ts'
import type { PollFailure } from '../../call/failure.ts'
import { sendThroughSdk } from '../../call/send-request.ts'
import { decodeResourceConfig } from '../../config/index.ts'
import { parseResponseBody, requireBodyObject } from '../../decode/decode.ts'
import type { JsonObject } from '../../decode/json.ts'
import { UnreadRowCounter } from '../../decode/unread-row-counter.ts'
import type { PollInput } from '../../poll-input.ts'
import type { ListedResource } from '../../types.ts'
import { HEALTH_API_VERSION, MAINTENANCE_API_VERSION } from './announced-work.ts'
import { decodeResources } from './resources.ts'

/**
 * Maximum number of resources that one inventory requests by their ID. The other missing resources stay in the stored
 * list until a later inventory.
 */
const MAX_REQUESTS = 100
/** API version for Microsoft.Network. The client replaces it if the endpoint supports only other versions. */
const NETWORK_VERSION = '2025-05-01'

/**
 * Types whose resources are not requested by ID. Network interfaces and connectivity are already read with one request
 * per resource, ARM gives service providers no ID of their own, and the API versions of other edge resources are unknown.
 */
const READ_ONE_BY_ONE: ReadonlySet<string> = new Set([
  armTypes.networkInterface,
  armTypes.networkConnectivity,
  armTypes.serviceProvider,
  armTypes.otherEdgeResource,
])

/**
 * Types whose stored rows are combined from several responses. The response about a single resource cannot replace such
 * a row. Therefore the stored row is kept if the resource still exists.
 */
const COMPOSED: ReadonlySet<string> = new Set([armTypes.serviceHealthEvent, armTypes.maintenanceConfiguration])

const versionOf = (type: string) =>
  type === armTypes.serviceHealthEvent
    ? HEALTH_API_VERSION
    : type === armTypes.maintenanceConfiguration
      ? MAINTENANCE_API_VERSION
      : NETWORK_VERSION

/**
 * Reports whether a 404 means that the resource or its parent does not exist. With other codes, a 404 is about the
 * resource type, the API version or the subscription.
 */
export const isResourceGone = ({ httpStatus, code }: PollError): boolean =>
  httpStatus === 404 &&
  /^(ResourceNotFound|NotFound|EventNotFound|ResourceGroupNotFound|ParentResourceNotFound)$/i.test(code)

type Answer =
  | { row: ResourceRow | null }
  | { failed: { type: string; outcome: PollOutcome; error: PollError } }
  | 'gone'

/**
 * Requests known resources that are missing from a completely read list, each by its ID:
 * - if Azure returns the resource, it is added to the rows
 * - if Azure responds that it does not exist, it counts as gone
 * - otherwise its ID is added to `unproved`. This happens if the request fails (the failure is also reported for the
 * type), for the types in {@link COMPOSED}, and above {@link MAX_REQUESTS}.
 */
export async function fetchMissingResources(
  inventory: InventoryRows,
  types: ReadonlySet<string>,
  { call, arm, params }: Pick<PollInput, 'call' | 'arm' | 'params'>,
  ask: <T>(read: () => Promise<T>) => Promise<T>,
): Promise<InventoryRows> {
  const rows = new Set(inventory.resources.map(({ resourceId }) => normalizeArmId(resourceId)))
  const lacking = (params.listed ?? []).filter(
    (one) =>
      types.has(one.type) &&
      inventory.listedTypes.includes(one.type) &&
      !READ_ONE_BY_ONE.has(one.type) &&
      !rows.has(normalizeArmId(one.resourceId)) &&
      !isPast(one, call.now()),
  )
  if (lacking.length === 0) return inventory
  // if not all missing resources can be requested, each inventory begins with a different resource
  const first = lacking.length > MAX_REQUESTS ? Math.floor(call.now() / 1_000) % lacking.length : 0
  const inTurn = [...lacking.slice(first), ...lacking.slice(0, first)]
  const answers = await Promise.all(
    inTurn.slice(0, MAX_REQUESTS).map(async (one) => {
      const url = `${one.resourceId}?api-version=${versionOf(one.type)}`
      const read = async () =>
        requireBodyObject(parseResponseBody(await sendThroughSdk(call, async () => arm.get(url))))
      return {
        one,
        answer: await ask(read).then(
          (body) => found(one, body, call),
          (error: unknown) => refused(one, error, call),
        ),
      }
    }),
  )
  const unproved = [
    ...answers.filter(({ answer }) => answer !== 'gone' && !('row' in answer && answer.row)).map(({ one }) => one),
    ...inTurn.slice(MAX_REQUESTS),
  ]
  const failures = answers.flatMap(({ answer }) => (answer !== 'gone' && 'failed' in answer ? answer.failed : []))
  return {
    ...inventory,
    resources: [
      ...inventory.resources,
      ...answers.flatMap(({ answer }) => (answer !== 'gone' && 'row' in answer ? (answer.row ?? []) : [])),
    ],
    failedTypes: [...inventory.failedTypes, ...new Map(failures.map((failed) => [failed.type, failed])).values()],
    unproved: [...(inventory.unproved ?? []), ...unproved.map(({ resourceId }) => resourceId)],
  }
}

/**
 * Reports whether a resource is announced work that has ended. Such work disappears from the list without being
 * deleted.
 */
function isPast({ type, config }: ListedResource, now: number): boolean {
  if (type !== armTypes.serviceHealthEvent) return false
  const event = decodeResourceConfig(type, config)
  return event?.resource === 'serviceHealthEvent' && event.to !== null && event.to < now
}

function found({ type }: ListedResource, body: JsonObject, call: AzurePollContext): Answer {
  if (COMPOSED.has(type)) return { row: null }
  const unread = new UnreadRowCounter()
  const [row] = decodeResources(type, [body], unread)
  if (row) return { row }
  const { outcome, error } = classifyRequestError(unread.failure(), call)
  return { failed: { type, outcome, error } }
}

function refused({ type }: ListedResource, error: unknown, call: AzurePollContext): Answer {
  const { outcome, error: said }: PollFailure = classifyRequestError(error, call)
  return outcome === 'not_found' && isResourceGone(said) ? 'gone' : { failed: { type, outcome, error: said } }
}
