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
import { endsAll, PollFailure } from '../../call/failure.ts'
import { textField } from '../../decode/fields.ts'
import type { Json } from '../../decode/json.ts'
import { distinct } from '../../order.ts'
import { paced } from '../../call/pace.ts'
import { followPages, pagedRows, plainRows } from '../../call/paging.ts'
import type { Read } from '../../read.ts'
import type { Slice } from '../../types.ts'
import { Unread } from '../../decode/unread.ts'
import type { Unfinished } from '../kind.ts'
import { type Listed, readOptional } from './optional-list.ts'
import { optionalLists } from './optional-lists.ts'
import { requestLacking } from './request-by-id.ts'
import { decodeResources } from './resources.ts'
import { armRow } from '../../decode/members.ts'

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
/** Within a slice. ARM's bucket holds 250 reads. */
const PACE = { concurrency: 4, burst: 150, perSecond: 20 }
/** So many resource groups are read in one go. */
const MAX_AT_ONCE = 50
/** Of more than that, so many in a slice. */
const SLICE_GROUPS = 25
/** Slices in a row that a budget may refuse, and the longest wait for it, milliseconds. */
const REFUSALS = { most: 3, unnamedMs: 10_000, longestMs: 60_000 }

interface Failed {
  outcome: Outcome
  error: PollError
}

/**
 * Both where something of a list could not be read: the others are so, and nothing that lacks is gone, unless all resources are there and one has an
 * odd member (`hasAll`).
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

/** How far the lists by resource group are. Plain JSON, for whoever goes on with it (ADR 0122). */
interface Checkpoint {
  left: GroupList[]
  /** lists that failed once, and are tried once more */
  again: GroupList[]
  total: number
  found: ListResult[]
  /** slices in a row that a budget refused */
  refusals: number
}

const NOTHING_YET: Slice = { progress: { done: 0, total: 0 }, checkpoint: {} }

/**
 * Every resource of a subscription that Peerwatch reads. A list that failed is named in the result and never throws. Many resource
 * groups are read in slices: each is followed by a pause that leaves most of ARM's budget to polls, and by its checkpoint.
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
  // what stands in a group without a name is not known
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
  // the slice is asked again, by another identity
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
    // an empty list is nothing to keep
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

/** Null = too long to wait for. */
function waitAfter({ error: { retryAfterSeconds } }: Failed): number | null {
  const waitMs = retryAfterSeconds === null ? REFUSALS.unnamedMs : retryAfterSeconds * 1_000
  return waitMs <= REFUSALS.longestMs ? waitMs : null
}

/** Whether Azure refused who asked, and not what was asked. */
const isForIdentity = ({ outcome, error: { budget } }: Failed): boolean =>
  outcome === 'forbidden' ||
  outcome === 'unauthorized' ||
  (outcome === 'throttled' && budget?.startsWith('arm.') === true)
const mayPass = ({ outcome }: Failed): boolean => outcome === 'unavailable' || outcome === 'timeout'
const isEmpty = ({ resources, failed }: ListResult): boolean => resources?.length === 0 && !failed

/** The lists of the whole subscription, beside what those by resource group came to. */
async function finish(lister: Lister, byGroup: () => Promise<ListResult[]>): Promise<InventoryRows> {
  const needs = (isNeeded: boolean) => optionalLists.filter(({ of }) => (of !== undefined) === isNeeded)
  // a failure of what is not required must not end the other lists
  const alone = lister.optional(needs(false), { resources: [], listedTypes: [] })
  const [wide, grouped] = await Promise.all([lister.wide(), byGroup()])
  const listed = summary([...wide, ...grouped])
  // a resource that a short list lacks counts where other lists depend on it
  const inventory = await lister.withLacking(listed, new Set(listed.listedTypes))
  const more = [...(await alone), ...(await lister.optional(needs(true), inventory))]
  const whole = more.reduce(withListed, inventory)
  const complete = await lister.withLacking(whole, new Set(more.map(({ type }) => type)))
  return { ...complete, resources: eachOnce(complete.resources) }
}

/** The lists of one slice, at its pace. A refusal that will meet the others as well ends them unasked. */
class Lister {
  readonly #read: Read
  readonly #atPace: <T>(task: () => Promise<T>) => Promise<T>
  #end: PollFailure | undefined
  #groupsNow: Promise<string[] | null> | undefined
  lists = 0

  constructor(read: Read) {
    this.#read = read
    this.#atPace = paced(PACE, read.call.signal)
  }

  /** Why the rest was not asked for. */
  get end(): Failed | undefined {
    return this.#end
  }

  wide(): Promise<ListResult[]> {
    const { call, arm } = this.#read
    return Promise.all([
      ...subscriptionLists.map(({ type, list }) => this.#list(type, () => pagedRows(call, () => list(arm)))),
      this.#list(EXPRESS_ROUTE_GATEWAYS, () => unpaged(call, arm)),
    ])
  }

  ofGroup({ type, group }: GroupList): Promise<ListResult> {
    const { call, arm } = this.#read
    const own = groupLists.find((one) => one.type === type)
    if (!own) throw new Error(`${type} is not listed by resource group`)
    return this.#list(type, () => this.#inGroup(group, () => pagedRows(call, () => own.list(arm, group))))
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
   * What a resource group has. One that was deleted since the groups were listed has nothing, which only a list of groups that lacks it
   * proves: the 404 of a list in it does not.
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

  /** Beside the pace: whoever waits for it holds a place in that. Null = they could not be listed again. */
  async #groupsAgain(): Promise<string[] | null> {
    const { call, arm, id } = this.#read
    this.lists += 1
    try {
      const { names, unread } = await resourceGroups(call, arm, id.subscriptionId)
      return unread.count > 0 ? null : names
    } catch (error) {
      // throws on what is no failure of Azure's
      failureOfError(error, call)
      return null
    }
  }

  /** What is refused was not read, with 404 as with any other status: `InvalidResourceType` is about the version that was asked for. */
  async #list(type: string, read: () => Promise<Json[]>): Promise<ListResult> {
    try {
      const unread = new Unread()
      const resources = decodeResources(type, await this.#ask(read), unread)
      return { type, resources, ...partOf(unread) }
    } catch (error) {
      const failure = failureOfError(error, this.#read.call)
      if (endsAll(failure)) this.#end = failure
      return { type, failed: failedBy(failure, this.#read.call) }
    }
  }
}

/** What is said of a list that was not read whole. */
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
  const rows = await plainRows(call, arm, `${path}?api-version=${RESOURCE_GROUPS_VERSION}`)
  const unread = new Unread()
  const names = decodeRows(armRow({ name: textField }), rows, 'value', unread).map(({ name }) => name)
  return { names: distinct(names, (name) => name.toLowerCase()), unread }
}

async function unpaged(call: Call, arm: Arm): Promise<Json[]> {
  const answer = await send(call, async () => arm.network.expressRouteGateways.listBySubscription())
  const body = objectOf(bodyOf(answer))
  return [...listOf(body), ...(await followPages(call, arm, answer, body))]
}

/** A type counts as listed only if each of its lists was read and understood to its end. */
function summary(results: readonly ListResult[]): InventoryRows {
  const types = [...new Set([...subscriptionLists, ...groupLists].map(({ type }) => type)), EXPRESS_ROUTE_GATEWAYS]
  const inventory: InventoryRows = { resources: [], listedTypes: [], failedTypes: [] }
  for (const type of types) {
    const own = results.filter((result) => result.type === type)
    const failures = own.filter((result) => result.failed)
    const failed = (failures.find(({ hasAll }) => !hasAll) ?? failures[0])?.failed
    // where one group's list failed, what there is of the type is not all of it
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
  'incomplete',
]

/** The outcome of the whole inventory: `ok`, or the worst of its lists, with every type that was not read and why. */
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
