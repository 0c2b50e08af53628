import type { PagedAsyncIterableIterator } from '@azure/arm-network'
import { z } from 'zod'
import { armTypes, type InventoryRows, type Outcome, type PollError } from '#lib/contract/index.ts'
import type { Arm } from '../../arm.ts'
import { send } from '../../send.ts'
import type { Call } from '../../call.ts'
import { failureOfError } from '../../classify.ts'
import { bodyOf, decodeRows, listOf, objectOf } from '../../decode.ts'
import { endsAll, type PollFailure } from '../../failure.ts'
import { text } from '../../fields.ts'
import type { Json } from '../../json.ts'
import { paced } from '../../pace.ts'
import { followPages, pagedRows, plainRows } from '../../paging.ts'
import { readMonitors } from './monitors.ts'
import { decodeResources } from './resources.ts'

/** Lists that ARM has for a whole subscription, by the SDK's pager. */
const subscriptionLists: { type: string; list: (arm: Arm) => PagedAsyncIterableIterator<unknown> }[] = [
  { type: armTypes.circuit, list: ({ network }) => network.expressRouteCircuits.listAll() },
  { type: armTypes.virtualNetwork, list: ({ network }) => network.virtualNetworks.listAll() },
  { type: armTypes.routeFilter, list: ({ network }) => network.routeFilters.list() },
  { type: armTypes.port, list: ({ network }) => network.expressRoutePorts.list() },
  { type: armTypes.virtualHub, list: ({ network }) => network.virtualHubs.list() },
  { type: armTypes.vpnGateway, list: ({ network }) => network.vpnGateways.list() },
]

/** The one list of a subscription that the SDK gives without a pager. */
const EXPRESS_ROUTE_GATEWAYS = armTypes.expressRouteGateway

/** Lists that ARM has for a resource group only. */
const groupLists: { type: string; list: (arm: Arm, group: string) => PagedAsyncIterableIterator<unknown> }[] = [
  {
    type: armTypes.virtualNetworkGateway,
    list: ({ network }, group) => network.virtualNetworkGateways.list(group),
  },
  {
    type: armTypes.connection,
    list: ({ network }, group) => network.virtualNetworkGatewayConnections.list(group),
  },
]

const RESOURCE_GROUPS_VERSION = '2021-04-01'
/** ARM's bucket holds 250 reads and refills 25 a second; other polls need some of it too. */
const PACE = { concurrency: 8, burst: 150, perSecond: 20 }

type ListResult = { type: string } & ({ rows: Json[] } | { failure: PollFailure })

/** Every resource of a subscription that Peerwatch reads. A list that failed is named in the result and never throws. */
export async function readInventory(call: Call, arm: Arm, subscriptionId: string): Promise<InventoryRows> {
  const atPace = paced(PACE, call.signal)
  let end: PollFailure | undefined
  const oneList = async (type: string, read: () => Promise<Json[]>): Promise<ListResult> => {
    const result = await readList(call, type, () =>
      atPace(async () => {
        if (end) throw end
        return read()
      }),
    )
    if ('failure' in result && endsAll(result.failure)) end = result.failure
    return result
  }
  // a failure of what is not required must not end the other lists
  const monitors = readMonitors(call, arm, (read) =>
    atPace(async () => {
      if (end) throw end
      return read()
    }),
  )
  const wide = [
    ...subscriptionLists.map(({ type, list }) => oneList(type, () => paged(call, () => list(arm)))),
    oneList(EXPRESS_ROUTE_GATEWAYS, () => unpaged(call, arm)),
  ]
  const grouped = resourceGroups(call, arm, subscriptionId).then(
    (groups) =>
      Promise.all(
        groups.flatMap((group) =>
          groupLists.map(({ type, list }) => oneList(type, () => paged(call, () => list(arm, group)))),
        ),
      ),
    (error: unknown) => groupLists.map(({ type }) => ({ type, failure: failureOfError(error, call) })),
  )
  const required = summary(call, [...(await Promise.all(wide)), ...(await grouped)])
  return withMonitors(required, await monitors)
}

async function resourceGroups(call: Call, arm: Arm, subscriptionId: string): Promise<string[]> {
  const path = `/subscriptions/${encodeURIComponent(subscriptionId)}/resourcegroups`
  const rows = await plainRows(call, arm, `${path}?api-version=${RESOURCE_GROUPS_VERSION}`)
  return decodeRows(z.object({ name: text }), rows).map(({ name }) => name)
}

const paged = (call: Call, list: () => PagedAsyncIterableIterator<unknown>) =>
  pagedRows(call, (continuationToken) => list().byPage({ continuationToken }))

async function unpaged(call: Call, arm: Arm): Promise<Json[]> {
  const answer = await send(call, async () => arm.network.expressRouteGateways.listBySubscription())
  const body = objectOf(bodyOf(answer))
  return [...listOf(body), ...(await followPages(call, arm, answer, body))]
}

/** A 404 on one type means that there is none of it, unless it is the subscription itself that is not there. */
async function readList(call: Call, type: string, read: () => Promise<Json[]>): Promise<ListResult> {
  try {
    return { type, rows: await read() }
  } catch (error) {
    const failure = failureOfError(error, call)
    const none = failure.outcome === 'not_found' && !/^SubscriptionNotFound$/i.test(failure.error.code)
    return none ? { type, rows: [] } : { type, failure }
  }
}

/** A type counts as listed only if each of its lists was read and understood to its end. */
function summary(call: Call, results: readonly ListResult[]): InventoryRows {
  const types = [...new Set([...subscriptionLists, ...groupLists].map(({ type }) => type)), EXPRESS_ROUTE_GATEWAYS]
  const inventory: InventoryRows = { resources: [], listedTypes: [], failedTypes: [] }
  for (const type of types) {
    const own = results.filter((result) => result.type === type)
    try {
      const rows = own.map((result) => {
        if ('failure' in result) throw result.failure
        return decodeResources(type, result.rows)
      })
      inventory.resources.push(...rows.flat())
      inventory.listedTypes.push(type)
    } catch (error) {
      const { outcome, error: detail } = failureOfError(error, call)
      inventory.failedTypes.push({ type, outcome, error: detail })
    }
  }
  inventory.resources.sort(byId)
  return inventory
}

function withMonitors(inventory: InventoryRows, monitors: InventoryRows['resources'] | null): InventoryRows {
  if (monitors === null) return inventory
  const { resources, listedTypes } = inventory
  return {
    ...inventory,
    resources: [...resources, ...monitors].toSorted(byId),
    listedTypes: [...listedTypes, armTypes.connectionMonitor],
  }
}

const byId = (a: { resourceId: string }, b: { resourceId: string }) =>
  a.resourceId.toLowerCase() < b.resourceId.toLowerCase() ? -1 : 1

/** From what says least about Azure to what says most about our own rights; the first that occurs is the poll's. */
const WORST_FIRST: readonly Outcome[] = [
  'unauthorized',
  'throttled',
  'locked',
  'timeout',
  'unavailable',
  'malformed',
  'forbidden',
  'not_found',
]

/** The outcome of the whole inventory: `ok`, or the worst of its lists with the type named. */
export function inventoryOutcome({ failedTypes }: InventoryRows): { outcome: Outcome; error: PollError | null } {
  const worst = WORST_FIRST.map((outcome) => failedTypes.find((failed) => failed.outcome === outcome)).find(Boolean)
  if (!worst) return { outcome: 'ok', error: null }
  return { outcome: worst.outcome, error: { ...worst.error, detail: `${worst.type}: ${worst.error.detail}` } }
}
