import type { PagedAsyncIterableIterator } from '@azure/arm-network'
import {
  normalizeArmId,
  armTypes,
  type InventoryRows,
  type PollOutcome,
  type PollError,
  type ResourceRow,
} from '#lib/contract/index.ts'
import type { ArmClient } from '../../call/arm.ts'
import { sendThroughSdk } from '../../call/send-request.ts'
import type { AzurePollContext } from '../../call/call.ts'
import { classifyRequestError } from '../../call/classify-failure.ts'
import { parseResponseBody, decodeRowsWithSchema, readValueRows, requireBodyObject } from '../../decode/decode.ts'
import { isFailureOfAllRequests, PollFailure } from '../../call/failure.ts'
import { armTextSchema } from '../../decode/fields.ts'
import type { ExactJson } from '../../decode/json.ts'
import { removeDuplicates } from '../../sort-keys.ts'
import { createRequestPacer } from '../../call/request-pacer.ts'
import { fetchFollowingPages, fetchPagedRows, fetchListRows } from '../../call/paging.ts'
import type { PollInput } from '../../poll-input.ts'
import type { SlicedPollProgress } from '../../types.ts'
import { UnreadRowCounter } from '../../decode/unread-row-counter.ts'
import type { UnfinishedSlicedPoll } from '../kind.ts'
import { type OptionalListResult, fetchOptionalList } from './optional-list.ts'
import { optionalLists } from './optional-lists.ts'
import { fetchMissingResources } from './request-by-id.ts'
import { decodeResources } from './resources.ts'
import { createArmRowSchema } from '../../decode/members.ts'

/** Resource types that ARM lists for a whole subscription, with the SDK's function for the list. */
const subscriptionLists: { type: string; list: (arm: ArmClient) => PagedAsyncIterableIterator<unknown> }[] = [
  { type: armTypes.circuit, list: ({ network }) => network.expressRouteCircuits.listAll() },
  { type: armTypes.virtualNetwork, list: ({ network }) => network.virtualNetworks.listAll() },
  { type: armTypes.routeFilter, list: ({ network }) => network.routeFilters.list() },
  { type: armTypes.port, list: ({ network }) => network.expressRoutePorts.list() },
  { type: armTypes.virtualHub, list: ({ network }) => network.virtualHubs.list() },
  { type: armTypes.vpnGateway, list: ({ network }) => network.vpnGateways.list() },
]

/** A type that ARM lists for a whole subscription, but without pages, so that the SDK has no pager for it. */
const EXPRESS_ROUTE_GATEWAYS = armTypes.expressRouteGateway

/** Resource types that ARM lists only for a single resource group. */
const groupLists: { type: string; list: (arm: ArmClient, group: string) => PagedAsyncIterableIterator<unknown> }[] = [
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
/** Limits for the rate of requests. ARM allows a burst of 250 reads. */
const PACE = { concurrency: 4, burst: 150, perSecond: 20 }
/** Maximum number of resource groups that are read in one step. If there are more groups, they are read in slices. */
const MAX_AT_ONCE = 50
/** Number of resource groups that are read in one slice. */
const SLICE_GROUPS = 25
/**
 * Limits for waiting when ARM's budget refuses a slice:
 * - `most`: the maximum number of refusals in a row
 * - `unnamedMs`: the wait in milliseconds if the refusal contains no retry time
 * - `longestMs`: the maximum wait in milliseconds
 */
const REFUSALS = { most: 3, unnamedMs: 10_000, longestMs: 60_000 }

interface Failed {
  outcome: PollOutcome
  error: PollError
}

/**
 * The result of one list. If some rows could not be decoded, it has both `resources` and `failed`. In this case a
 * resource that is missing from the list may still exist. But if only members of resources could not be decoded, the
 * list has all resources (`hasAll`).
 */
type ListResult = { type: string } & (
  | { resources: ResourceRow[]; failed?: Failed; hasAll?: boolean }
  | { resources?: never; failed: Failed; hasAll?: never }
)

/** The list of one resource type in one resource group. */
interface GroupList {
  type: string
  group: string
}

/**
 * The progress of an inventory that is read in slices. It is plain JSON, so that another process can continue the
 * inventory (ADR 0122).
 */
interface Checkpoint {
  left: GroupList[]
  /** lists that failed once; each is tried once more at the end */
  again: GroupList[]
  total: number
  found: ListResult[]
  /** number of slices in a row that ARM's budget refused */
  refusals: number
}

const NOTHING_YET: SlicedPollProgress = { progress: { done: 0, total: 0 }, checkpoint: {} }

/**
 * Reads all resources of a subscription that Peerwatch needs. If one of the lists fails, the result contains the
 * failure.
 * If there are many resource groups, they are read in slices. After each slice the progress is stored, and a pause
 * leaves most of ARM's request budget to polls.
 * @throws PollFailure if Azure refused the identity for a slice, and another identity can repeat the slice
 */
export async function readInventory(read: PollInput): Promise<InventoryRows | UnfinishedSlicedPoll> {
  const slot = read.discovery.take(read.id.subscriptionId)
  if ('waitMs' in slot) return { slice: read.slice ?? NOTHING_YET, waitMs: slot.waitMs }
  try {
    const { checkpoint } = read.slice ?? NOTHING_YET
    return await ('left' in checkpoint ? nextSlice(read, checkpoint as Checkpoint) : begin(read))
  } finally {
    slot.giveBack()
  }
}

async function begin(read: PollInput): Promise<InventoryRows | UnfinishedSlicedPoll> {
  const lister = new Lister(read)
  const { call, arm, id } = read
  const groups = await resourceGroups(call, arm, id.subscriptionId).catch((error: unknown) => failedBy(error, call))
  if ('outcome' in groups) return finish(lister, async () => groupLists.map(({ type }) => ({ type, failed: groups })))
  const { names, unread } = groups
  const left = names.flatMap((group) => groupLists.map(({ type }) => ({ type, group })))
  // a resource group whose name cannot be decoded cannot be listed, so the result of each list by group counts as
  // incomplete
  const part = partOf(unread)
  const unasked = part ? groupLists.map(({ type }) => ({ type, resources: [], failed: part.failed })) : []
  if (names.length > MAX_AT_ONCE) {
    return nextSlice(read, { left, again: [], total: names.length, found: unasked, refusals: 0 })
  }
  return finish(lister, async () => [...unasked, ...(await Promise.all(left.map((list) => lister.ofGroup(list))))])
}

async function nextSlice(read: PollInput, checkpoint: Checkpoint): Promise<InventoryRows | UnfinishedSlicedPoll> {
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
  // throw, so that another identity repeats this slice
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
    // an empty list is not stored
    found: [...found, ...results.filter((one) => !isOnce(one) && !isEmpty(one.result)).map(({ result }) => result)],
    refusals: 0,
  }
  if (next.left.length + next.again.length === 0) return finish(new Lister(read), async () => next.found)
  return unfinished(
    next,
    Math.max(0, (lister.lists / read.discovery.readsPerSecond) * 1_000 - (performance.now() - began)),
  )
}

function unfinished(checkpoint: Checkpoint, waitMs: number): UnfinishedSlicedPoll {
  const { left, again, total } = checkpoint
  const open = new Set([...left, ...again].map(({ group }) => group))
  return { slice: { progress: { done: total - open.size, total }, checkpoint }, waitMs }
}

/** Returns how many milliseconds to wait after a refusal; null if this is longer than the maximum. */
function waitAfter({ error: { retryAfterSeconds } }: Failed): number | null {
  const waitMs = retryAfterSeconds === null ? REFUSALS.unnamedMs : retryAfterSeconds * 1_000
  return waitMs <= REFUSALS.longestMs ? waitMs : null
}

/** Reports whether Azure refused only this identity, so that another identity could succeed. */
const isForIdentity = ({ outcome, error: { budget } }: Failed): boolean =>
  outcome === 'forbidden' ||
  outcome === 'unauthorized' ||
  (outcome === 'throttled' && budget?.startsWith('arm.') === true)
const mayPass = ({ outcome }: Failed): boolean => outcome === 'unavailable' || outcome === 'timeout'
const isEmpty = ({ resources, failed }: ListResult): boolean => resources?.length === 0 && !failed

/** Reads the lists of the whole subscription, and combines them with the lists of the resource groups. */
async function finish(lister: Lister, byGroup: () => Promise<ListResult[]>): Promise<InventoryRows> {
  const needs = (isNeeded: boolean) => optionalLists.filter(({ of }) => (of !== undefined) === isNeeded)
  // a failure of these optional lists must not affect the other lists
  const alone = lister.optional(needs(false), { resources: [], listedTypes: [] })
  const [wide, grouped] = await Promise.all([lister.wide(), byGroup()])
  const listed = summary([...wide, ...grouped])
  // first request the resources that are missing from a list by their ID, because the lists that are read next depend
  // on these resources
  const inventory = await lister.withLacking(listed, new Set(listed.listedTypes))
  const independent = await alone
  // the dependent lists also depend on resources of independent lists, for example in a subscription with only LAGs
  const known = independent.reduce(withListed, inventory)
  const dependent = await lister.optional(needs(true), known)
  const whole = dependent.reduce(withListed, known)
  const complete = await lister.withLacking(whole, new Set([...independent, ...dependent].map(({ type }) => type)))
  return { ...complete, resources: eachOnce(complete.resources) }
}

/**
 * Reads lists at a limited rate: all lists of one slice, or of a whole inventory without slices. After a refusal that
 * would also apply to the other requests, no further request is sent.
 */
class Lister {
  readonly #read: PollInput
  readonly #atPace: <T>(task: () => Promise<T>) => Promise<T>
  #end: PollFailure | undefined
  #groupsNow: Promise<string[] | null> | undefined
  lists = 0

  constructor(read: PollInput) {
    this.#read = read
    this.#atPace = createRequestPacer(PACE, read.call.signal)
  }

  /** The failure after which no further list was requested; undefined = none. */
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
  ): Promise<OptionalListResult[]> {
    const asked = {
      ...this.#read,
      atPace: (read: () => Promise<ExactJson[]>) => this.#ask(read),
      inGroup: (group: string, read: () => Promise<ExactJson[]>) => this.#inGroup(group, () => this.#ask(read)),
    }
    const found = await Promise.all(lists.map((list) => fetchOptionalList(list, asked, known)))
    return found.filter((listed) => listed !== null)
  }

  withLacking(inventory: InventoryRows, types: ReadonlySet<string>): Promise<InventoryRows> {
    return fetchMissingResources(inventory, types, this.#read, (read) => this.#ask(read))
  }

  #ask<T>(read: () => Promise<T>): Promise<T> {
    return this.#atPace(() => {
      if (this.#end) throw this.#end
      this.lists += 1
      return read()
    })
  }

  /**
   * Reads a list of a resource group. If the group was deleted meanwhile, the result is empty. A 404 alone does not
   * prove that the group was deleted, so the groups are listed again.
   */
  async #inGroup(group: string, read: () => Promise<ExactJson[]>): Promise<ExactJson[]> {
    try {
      return await read()
    } catch (error) {
      const { outcome, error: said } = classifyRequestError(error, this.#read.call)
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
   * Lists the resource groups again; null if that fails. The request does not wait for the rate limit, because its
   * callers already occupy all places of the rate limit and would wait for each other.
   */
  async #groupsAgain(): Promise<string[] | null> {
    const { call, arm, id } = this.#read
    this.lists += 1
    try {
      const { names, unread } = await resourceGroups(call, arm, id.subscriptionId)
      return unread.count > 0 ? null : names
    } catch {
      // every error means that the groups are unknown
      return null
    }
  }

  /**
   * Reads a list. Even a 404 counts as a failure and not as an empty list, because the code `InvalidResourceType` is
   * about the API version of the request.
   */
  async #list(type: string, read: () => Promise<ExactJson[]>): Promise<ListResult> {
    try {
      const unread = new UnreadRowCounter()
      const resources = decodeResources(type, await this.#ask(read), unread)
      return { type, resources, ...partOf(unread) }
    } catch (error) {
      const failure = classifyRequestError(error, this.#read.call)
      if (isFailureOfAllRequests(failure)) this.#end = failure
      return { type, failed: failedBy(failure, this.#read.call) }
    }
  }
}

/** Returns the failure of a list in which some rows or members could not be decoded; null if everything was decoded. */
function partOf(unread: UnreadRowCounter): { failed: Failed; hasAll: boolean } | null {
  if (unread.count === 0) return null
  const { outcome, error } = unread.failure()
  return { failed: { outcome, error }, hasAll: !unread.hasUnreadRows }
}

const isGroupRefused = ({ code }: PollError) => /^ResourceGroupNotFound$/i.test(code)

function failedBy(error: unknown, call: AzurePollContext): Failed {
  const { outcome, error: said } = classifyRequestError(error, call)
  return { outcome, error: said }
}

async function resourceGroups(
  call: AzurePollContext,
  arm: ArmClient,
  subscriptionId: string,
): Promise<{ names: string[]; unread: UnreadRowCounter }> {
  const path = `/subscriptions/${encodeURIComponent(subscriptionId)}/resourcegroups`
  const rows = await fetchListRows(call, arm, `${path}?api-version=${RESOURCE_GROUPS_VERSION}`)
  const unread = new UnreadRowCounter()
  const names = decodeRowsWithSchema(createArmRowSchema({ name: armTextSchema }), rows, 'value', unread).map(
    ({ name }) => name,
  )
  return { names: removeDuplicates(names, (name) => name.toLowerCase()), unread }
}

async function unpaged(call: AzurePollContext, arm: ArmClient): Promise<ExactJson[]> {
  const answer = await sendThroughSdk(call, async () => arm.network.expressRouteGateways.listBySubscription())
  const body = requireBodyObject(parseResponseBody(answer))
  return [...readValueRows(body), ...(await fetchFollowingPages(call, arm, answer, body))]
}

/**
 * Combines the results of all lists. A type is in `listedTypes` if every list of this type was read and contains all
 * its resources.
 */
function summary(results: readonly ListResult[]): InventoryRows {
  const types = [...new Set([...subscriptionLists, ...groupLists].map(({ type }) => type)), EXPRESS_ROUTE_GATEWAYS]
  const inventory: InventoryRows = { resources: [], listedTypes: [], failedTypes: [] }
  for (const type of types) {
    const own = results.filter((result) => result.type === type)
    const failures = own.filter((result) => result.failed)
    const failed = (failures.find(({ hasAll }) => !hasAll) ?? failures[0])?.failed
    // if the list of any resource group failed completely, the type is incomplete, and none of its resources is added
    const isPartly = own.every((result) => result.resources !== undefined)
    if (!failed || isPartly)
      for (const { resources } of own) for (const resource of resources ?? []) inventory.resources.push(resource)
    if (failed) inventory.failedTypes.push({ type, ...failed })
    if (failures.every(({ hasAll }) => hasAll)) inventory.listedTypes.push(type)
  }
  return { ...inventory, resources: eachOnce(inventory.resources) }
}

function withListed(inventory: InventoryRows, more: OptionalListResult): InventoryRows {
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
  removeDuplicates(resources, ({ resourceId }) => normalizeArmId(resourceId)).toSorted(byId)

const byId = (a: { resourceId: string }, b: { resourceId: string }) =>
  a.resourceId.toLowerCase() < b.resourceId.toLowerCase() ? -1 : 1

/**
 * Outcomes, the most important first. The first outcome in this order that occurs in any list becomes the outcome of
 * the inventory.
 */
const WORST_FIRST: readonly PollOutcome[] = [
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
 * Returns the outcome of the whole inventory: `ok`, or the most important outcome of its failed lists. The error
 * contains the reasons of all types that could not be read.
 */
export function findInventoryOutcome({ failedTypes }: InventoryRows): {
  outcome: PollOutcome
  error: PollError | null
} {
  const worst = WORST_FIRST.map((outcome) => failedTypes.find((failed) => failed.outcome === outcome)).find(Boolean)
  if (!worst) return { outcome: 'ok', error: null }
  const reasons = Map.groupBy(
    failedTypes.toSorted((a, b) => Number(b === worst) - Number(a === worst)),
    ({ error }) => error.detail,
  )
  const reasonLines = [...reasons].map(([detail, failed]) => `${failed.map(({ type }) => type).join(', ')}: ${detail}`)
  return { outcome: worst.outcome, error: { ...worst.error, detail: reasonLines.join('; ') } }
}
