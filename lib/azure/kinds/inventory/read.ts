import type { PagedAsyncIterableIterator } from '@azure/arm-network'
import {
  armKey,
  armTypes,
  type InventoryRows,
  type Outcome,
  type PollError,
  type ResourceRow,
} from '#lib/contract/index.ts'
import type { Arm } from '../../call/arm.ts'
import { send } from '../../call/send.ts'
import type { Call } from '../../call/call.ts'
import { failureOfError } from '../../call/classify.ts'
import { bodyOf, decodeRows, listOf, objectOf } from '../../decode/decode.ts'
import { failsAllRequests, PollFailure } from '../../call/failure.ts'
import { textField } from '../../decode/fields.ts'
import type { Json } from '../../decode/json.ts'
import { distinct } from '../../order.ts'
import { createPacer } from '../../call/pace.ts'
import { followPages, fetchPagedRows, fetchListRows } from '../../call/paging.ts'
import type { Read } from '../../read.ts'
import type { Slice } from '../../types.ts'
import { Unread } from '../../decode/unread.ts'
import type { Unfinished } from '../kind.ts'
import { type Listed, readOptional } from './optional-list.ts'
import { optionalLists } from './optional-lists.ts'
import { requestLacking } from './request-by-id.ts'
import { decodeResources } from './resources.ts'
import { armRow } from '../../decode/members.ts'

/** Lists that ARM provides for a whole subscription, with the SDK's pager. */
const subscriptionLists: { type: string; list: (arm: Arm) => PagedAsyncIterableIterator<unknown> }[] = [
  { type: armTypes.circuit, list: ({ network }) => network.expressRouteCircuits.listAll() },
  { type: armTypes.virtualNetwork, list: ({ network }) => network.virtualNetworks.listAll() },
  { type: armTypes.routeFilter, list: ({ network }) => network.routeFilters.list() },
  { type: armTypes.port, list: ({ network }) => network.expressRoutePorts.list() },
  { type: armTypes.virtualHub, list: ({ network }) => network.virtualHubs.list() },
  { type: armTypes.vpnGateway, list: ({ network }) => network.vpnGateways.list() },
]

/** The only list of a subscription for which the SDK has no pager. */
const EXPRESS_ROUTE_GATEWAYS = armTypes.expressRouteGateway

/** Lists that ARM provides only for a single resource group. */
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
/** Pace of the requests in a slice. ARM's token bucket holds 250 reads. */
const PACE = { concurrency: 4, burst: 150, perSecond: 20 }
/** Maximum number of resource groups that are read without slices. */
const MAX_AT_ONCE = 50
/** Number of resource groups in a slice, if there are more groups. */
const SLICE_GROUPS = 25
/**
 * Limits for slices that a budget refuses: maximum number in a row, the wait without a retry time, and the maximum
 * wait, both in milliseconds.
 */
const REFUSALS = { most: 3, unnamedMs: 10_000, longestMs: 60_000 }

interface Failed {
  outcome: Outcome
  error: PollError
}

/**
 * The result of a list. Both `resources` and `failed` are set if a part of the list was unreadable. A resource that is
 * missing from such a list does not count as gone, unless the list has all resources and only a member is unreadable
 * (`hasAll`).
 */
type ListResult = { type: string } & (
  | { resources: ResourceRow[]; failed?: Failed; hasAll?: boolean }
  | { resources?: never; failed: Failed; hasAll?: never }
)

/** A list of one resource group. */
interface GroupList {
  type: string
  group: string
}

/** Progress of the lists by resource group, as plain JSON for the process that continues (ADR 0122). */
interface Checkpoint {
  left: GroupList[]
  /** lists that failed once and will be retried once */
  again: GroupList[]
  total: number
  found: ListResult[]
  /** number of consecutive slices that a budget refused */
  refusals: number
}

const NOTHING_YET: Slice = { progress: { done: 0, total: 0 }, checkpoint: {} }

/**
 * Reads all resources of a subscription that Peerwatch needs. A failed list is reported in the result and does not
 * throw. Many resource groups are read in slices. Each slice ends with a checkpoint and a pause that leaves most of
 * ARM's budget to polls.
 */
export async function readInventory(read: Read): Promise<InventoryRows | Unfinished> {
  const slot = read.discovery.take(read.id.subscriptionId)
  if ('waitMs' in slot) return { slice: read.slice ?? NOTHING_YET, waitMs: slot.waitMs }
  try {
    const { checkpoint } = read.slice ?? NOTHING_YET
    return await ('left' in checkpoint ? nextSlice(read, checkpoint as Checkpoint) : begin(read))
  } finally {
    slot.giveBack()
  }
}

async function begin(read: Read): Promise<InventoryRows | Unfinished> {
  const lister = new Lister(read)
  const { call, arm, id } = read
  const groups = await resourceGroups(call, arm, id.subscriptionId).catch((error: unknown) => failedBy(error, call))
  if ('outcome' in groups) return finish(lister, async () => groupLists.map(({ type }) => ({ type, failed: groups })))
  const { names, unread } = groups
  const left = names.flatMap((group) => groupLists.map(({ type }) => ({ type, group })))
  // a group with an unreadable name cannot be listed, so each list by group counts as partly failed
  const part = partOf(unread)
  const unasked = part ? groupLists.map(({ type }) => ({ type, resources: [], failed: part.failed })) : []
  if (names.length > MAX_AT_ONCE) {
    return nextSlice(read, { left, again: [], total: names.length, found: unasked, refusals: 0 })
  }
  return finish(lister, async () => [...unasked, ...(await Promise.all(left.map((list) => lister.ofGroup(list))))])
}

async function nextSlice(read: Read, checkpoint: Checkpoint): Promise<InventoryRows | Unfinished> {
  const { left, again, total, found, refusals } = checkpoint
  const lister = new Lister(read)
  const began = performance.now()
  const isSecond = left.length === 0
  const [waiting, later] = isSecond ? [again, left] : [left, again]
  const slice = waiting.slice(0, SLICE_GROUPS * groupLists.length)
  const results = await Promise.all(slice.map(async (list) => ({ list, result: await lister.ofGroup(list) })))
  const refusal = lister.end
  const failures = results.flatMap(({ result }) => result.failed ?? [])
  const refused = read.handsOver ? failures.find(isForIdentity) : undefined
  // fail this slice, so that another identity requests it again
  if (refused) throw new PollFailure(refused.outcome, refused.error)
  if (refusal) {
    const waitMs = refusal.outcome === 'throttled' ? waitAfter(refusal) : null
    if (waitMs === null || refusals === REFUSALS.most) {
      return finish(lister, async () => groupLists.map(({ type }) => ({ type, failed: refusal })))
    }
    return unfinished({ ...checkpoint, refusals: refusals + 1 }, waitMs)
  }
  const isOnce = ({ result }: { result: ListResult }) =>
    !isSecond && result.failed !== undefined && mayPass(result.failed)
  const next: Checkpoint = {
    left: isSecond ? later : waiting.slice(slice.length),
    again: isSecond ? waiting.slice(slice.length) : [...later, ...results.filter(isOnce).map(({ list }) => list)],
    total,
    // empty lists are not stored
    found: [...found, ...results.filter((one) => !isOnce(one) && !isEmpty(one.result)).map(({ result }) => result)],
    refusals: 0,
  }
  if (next.left.length + next.again.length === 0) return finish(new Lister(read), async () => next.found)
  return unfinished(
    next,
    Math.max(0, (lister.lists / read.discovery.readsPerSecond) * 1_000 - (performance.now() - began)),
  )
}

function unfinished(checkpoint: Checkpoint, waitMs: number): Unfinished {
  const { left, again, total } = checkpoint
  const open = new Set([...left, ...again].map(({ group }) => group))
  return { slice: { progress: { done: total - open.size, total }, checkpoint }, waitMs }
}

/** Returns the wait after a refusal in milliseconds; null if it is too long. */
function waitAfter({ error: { retryAfterSeconds } }: Failed): number | null {
  const waitMs = retryAfterSeconds === null ? REFUSALS.unnamedMs : retryAfterSeconds * 1_000
  return waitMs <= REFUSALS.longestMs ? waitMs : null
}

/** Reports whether Azure refused the identity and not the request. */
const isForIdentity = ({ outcome, error: { budget } }: Failed): boolean =>
  outcome === 'forbidden' ||
  outcome === 'unauthorized' ||
  (outcome === 'throttled' && budget?.startsWith('arm.') === true)
const mayPass = ({ outcome }: Failed): boolean => outcome === 'unavailable' || outcome === 'timeout'
const isEmpty = ({ resources, failed }: ListResult): boolean => resources?.length === 0 && !failed

/** Reads the lists of the whole subscription and combines them with the lists by resource group. */
async function finish(lister: Lister, byGroup: () => Promise<ListResult[]>): Promise<InventoryRows> {
  const needs = (isNeeded: boolean) => optionalLists.filter(({ of }) => (of !== undefined) === isNeeded)
  // a failed optional list must not end the other lists
  const alone = lister.optional(needs(false), { resources: [], listedTypes: [] })
  const [wide, grouped] = await Promise.all([lister.wide(), byGroup()])
  const listed = summary([...wide, ...grouped])
  // resources that a list omitted are requested by ID first, because other lists depend on them
  const inventory = await lister.withLacking(listed, new Set(listed.listedTypes))
  const more = [...(await alone), ...(await lister.optional(needs(true), inventory))]
  const whole = more.reduce(withListed, inventory)
  const complete = await lister.withLacking(whole, new Set(more.map(({ type }) => type)))
  return { ...complete, resources: eachOnce(complete.resources) }
}

/**
 * The lists of one slice, which are read at the pace of the slice. After a refusal that the other requests would also
 * receive, they are not sent.
 */
class Lister {
  readonly #read: Read
  readonly #atPace: <T>(task: () => Promise<T>) => Promise<T>
  #end: PollFailure | undefined
  #groupsNow: Promise<string[] | null> | undefined
  lists = 0

  constructor(read: Read) {
    this.#read = read
    this.#atPace = createPacer(PACE, read.call.signal)
  }

  /** The failure because of which the other lists were not requested; undefined = none. */
  get end(): Failed | undefined {
    return this.#end
  }

  wide(): Promise<ListResult[]> {
    const { call, arm } = this.#read
    return Promise.all([
      ...subscriptionLists.map(({ type, list }) => this.#list(type, () => fetchPagedRows(call, () => list(arm)))),
      this.#list(EXPRESS_ROUTE_GATEWAYS, () => unpaged(call, arm)),
    ])
  }

  ofGroup({ type, group }: GroupList): Promise<ListResult> {
    const { call, arm } = this.#read
    const own = groupLists.find((one) => one.type === type)
    if (!own) throw new Error(`${type} is not listed by resource group`)
    return this.#list(type, () => this.#inGroup(group, () => fetchPagedRows(call, () => own.list(arm, group))))
  }

  async optional(
    lists: typeof optionalLists,
    known: Pick<InventoryRows, 'resources' | 'listedTypes'>,
  ): Promise<Listed[]> {
    const asked = {
      ...this.#read,
      atPace: (read: () => Promise<Json[]>) => this.#ask(read),
      inGroup: (group: string, read: () => Promise<Json[]>) => this.#inGroup(group, () => this.#ask(read)),
    }
    const found = await Promise.all(lists.map((list) => readOptional(list, asked, known)))
    return found.filter((listed) => listed !== null)
  }

  withLacking(inventory: InventoryRows, types: ReadonlySet<string>): Promise<InventoryRows> {
    return requestLacking(inventory, types, this.#read, (read) => this.#ask(read))
  }

  #ask<T>(read: () => Promise<T>): Promise<T> {
    return this.#atPace(() => {
      if (this.#end) throw this.#end
      this.lists += 1
      return read()
    })
  }

  /**
   * Reads a list of a resource group. A group that was deleted after the groups were listed has no resources. Only a
   * new list of groups without it proves the deletion; the list's own 404 does not.
   */
  async #inGroup(group: string, read: () => Promise<Json[]>): Promise<Json[]> {
    try {
      return await read()
    } catch (error) {
      const { outcome, error: said } = failureOfError(error, this.#read.call)
      if (outcome === 'not_found' && isGroupRefused(said) && (await this.#isGone(group))) return []
      throw error
    }
  }

  async #isGone(group: string): Promise<boolean> {
    this.#groupsNow ??= this.#groupsAgain()
    const groups = await this.#groupsNow
    return groups !== null && !groups.some((name) => name.toLowerCase() === group.toLowerCase())
  }

  /**
   * Lists the groups again. It bypasses the request pacer, because the callers already hold one of its slots. Returns
   * null if the groups could not be listed.
   */
  async #groupsAgain(): Promise<string[] | null> {
    const { call, arm, id } = this.#read
    this.lists += 1
    try {
      const { names, unread } = await resourceGroups(call, arm, id.subscriptionId)
      return unread.count > 0 ? null : names
    } catch (error) {
      // every error means that the groups could not be listed
      failureOfError(error, call)
      return null
    }
  }

  /**
   * Reads a list. A refused list counts as not read even after a 404, because `InvalidResourceType` is about the API
   * version of the request.
   */
  async #list(type: string, read: () => Promise<Json[]>): Promise<ListResult> {
    try {
      const unread = new Unread()
      const resources = decodeResources(type, await this.#ask(read), unread)
      return { type, resources, ...partOf(unread) }
    } catch (error) {
      const failure = failureOfError(error, this.#read.call)
      if (failsAllRequests(failure)) this.#end = failure
      return { type, failed: failedBy(failure, this.#read.call) }
    }
  }
}

/** Returns the failure of a partly unreadable list; null if the whole list was read. */
function partOf(unread: Unread): { failed: Failed; hasAll: boolean } | null {
  if (unread.count === 0) return null
  const { outcome, error } = unread.failure()
  return { failed: { outcome, error }, hasAll: !unread.hasUnreadRows }
}

const isGroupRefused = ({ code }: PollError) => /^ResourceGroupNotFound$/i.test(code)

function failedBy(error: unknown, call: Call): Failed {
  const { outcome, error: said } = failureOfError(error, call)
  return { outcome, error: said }
}

async function resourceGroups(
  call: Call,
  arm: Arm,
  subscriptionId: string,
): Promise<{ names: string[]; unread: Unread }> {
  const path = `/subscriptions/${encodeURIComponent(subscriptionId)}/resourcegroups`
  const rows = await fetchListRows(call, arm, `${path}?api-version=${RESOURCE_GROUPS_VERSION}`)
  const unread = new Unread()
  const names = decodeRows(armRow({ name: textField }), rows, 'value', unread).map(({ name }) => name)
  return { names: distinct(names, (name) => name.toLowerCase()), unread }
}

async function unpaged(call: Call, arm: Arm): Promise<Json[]> {
  const answer = await send(call, async () => arm.network.expressRouteGateways.listBySubscription())
  const body = objectOf(bodyOf(answer))
  return [...listOf(body), ...(await followPages(call, arm, answer, body))]
}

/**
 * Combines the results of all lists. A type counts as listed only if each of its lists was completely read and decoded.
 */
function summary(results: readonly ListResult[]): InventoryRows {
  const types = [...new Set([...subscriptionLists, ...groupLists].map(({ type }) => type)), EXPRESS_ROUTE_GATEWAYS]
  const inventory: InventoryRows = { resources: [], listedTypes: [], failedTypes: [] }
  for (const type of types) {
    const own = results.filter((result) => result.type === type)
    const failures = own.filter((result) => result.failed)
    const failed = (failures.find(({ hasAll }) => !hasAll) ?? failures[0])?.failed
    // if the list of any group failed completely, the type's resources are incomplete, so none is added
    const isPartly = own.every((result) => result.resources !== undefined)
    if (!failed || isPartly)
      for (const { resources } of own) for (const resource of resources ?? []) inventory.resources.push(resource)
    if (failed) inventory.failedTypes.push({ type, ...failed })
    if (failures.every(({ hasAll }) => hasAll)) inventory.listedTypes.push(type)
  }
  return { ...inventory, resources: eachOnce(inventory.resources) }
}

function withListed(inventory: InventoryRows, more: Listed): InventoryRows {
  const { resources, listedTypes, failedTypes } = inventory
  const { failed, hasAll = true } = partOf(more.unread) ?? {}
  return {
    ...inventory,
    resources: eachOnce([...resources, ...more.resources]),
    listedTypes: hasAll ? [...listedTypes, more.type] : listedTypes,
    failedTypes: failed ? [...failedTypes, { type: more.type, ...failed }] : failedTypes,
  }
}

const eachOnce = (resources: readonly ResourceRow[]): ResourceRow[] =>
  distinct(resources, ({ resourceId }) => armKey(resourceId)).toSorted(byId)

const byId = (a: { resourceId: string }, b: { resourceId: string }) =>
  a.resourceId.toLowerCase() < b.resourceId.toLowerCase() ? -1 : 1

/** Outcomes in order of precedence. The first of them that any list has is the outcome of the poll. */
const WORST_FIRST: readonly Outcome[] = [
  'unauthorized',
  'throttled',
  'locked',
  'timeout',
  'unavailable',
  'malformed',
  'forbidden',
  'not_found',
  'incomplete',
]

/**
 * Returns the outcome of the whole inventory: `ok`, or the worst outcome of its lists, with the reason for every type
 * that was not read.
 */
export function inventoryOutcome({ failedTypes }: InventoryRows): { outcome: Outcome; error: PollError | null } {
  const worst = WORST_FIRST.map((outcome) => failedTypes.find((failed) => failed.outcome === outcome)).find(Boolean)
  if (!worst) return { outcome: 'ok', error: null }
  const reasons = Map.groupBy(
    failedTypes.toSorted((a, b) => Number(b === worst) - Number(a === worst)),
    ({ error }) => error.detail,
  )
  const reasonLines = [...reasons].map(([detail, failed]) => `${failed.map(({ type }) => type).join(', ')}: ${detail}`)
  return { outcome: worst.outcome, error: { ...worst.error, detail: reasonLines.join('; ') } }
}
