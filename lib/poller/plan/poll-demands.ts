import { listBudgetsOfKind, pollKindDefinitions } from '#lib/azure/kinds/index.ts'
import { estimateStatusChecks } from '#lib/azure/call/long-running.ts'
import {
  findBudgetLimit,
  findHourlyLimit,
  findRemainingRequests,
  isCountedByBucket,
  isCountedByHour,
  MAX_IDENTITIES,
  type BudgetName,
  type EventKind,
  eventKindRecords,
  isRegionalBudget,
  currentStatePollKinds,
  type PollKind,
  type PollPriority,
  getResourceGroupId,
} from '#lib/contract/index.ts'
import type { PollPlanState, PollLoad } from '#lib/history/index.ts'
import type { BudgetCapacity, PollIntervalDemand, PollRunSeconds } from '../interval-plan/index.ts'

/**
 * Whether the network resource provider counts diagnostic POSTs against a budget: configured as yes or no, or `learn` =
 * no until a response shows it.
 */
export type PostCountingSetting = 'learn' | 'yes' | 'no'

/** Returns the rank of a kind of poll. It decides in which order intervals are lengthened. */
const rankOf = (kind: PollKind): PollPriority => pollKindDefinitions[kind].operation?.reads ?? 'counters'

/**
 * Kinds of events whose times become more exact with more polls, and the kinds of polls that an open incident with such
 * an event needs.
 */
export const INCIDENT_NEEDED_KINDS: { events: readonly EventKind[]; polls: readonly PollKind[] } = {
  events: (Object.keys(eventKindRecords) as EventKind[]).filter((kind) => eventKindRecords[kind].burst),
  polls: currentStatePollKinds,
}

/** Number of requests that an inventory sends for each resource group. */
const READS_OF_GROUP = 3

/** Returns the number of requests that a poll sends at its begin. For an operation, it is 1 (the POST). */
export const getRequestCountOfPoll = (kind: PollKind): number => pollKindDefinitions[kind].requests ?? 1

const keyOf = (name: BudgetName, { subscriptionId, region }: Pick<PollLoad, 'subscriptionId' | 'region'>): string =>
  isRegionalBudget(name) ? `${name} ${subscriptionId} ${region ?? ''}` : `${name} ${subscriptionId}`

/** Returns the name of the budget from a key of {@link computeBudgetCapacities}, for example `arm.reads`. */
export const parseBudgetName = (key: string): BudgetName => key.split(' ', 1)[0] as BudgetName

/** Returns the input of the interval plan for all scheduled polls. */
export function computePollDemands(loads: readonly PollLoad[]): PollIntervalDemand[] {
  const runOf = runsOf(loads)
  const batched = batchedMetrics(loads)
  const groups = groupsOf(loads)
  return loads.map((load) => {
    const run = runOf(load)
    const groupCount = groups.get(load.subscriptionId) ?? 0
    const requests = batched.has(load) ? 0 : requestsOf(load, run, groupCount)
    return {
      key: `${load.sourceId}/${load.kind}`,
      configuredSeconds: load.configuredSeconds,
      // Polls of ARP tables may be rarer than other polls on the same resource (ADR 0366), because the loss of a path
      // makes its ARP table due immediately.
      isFlexible: load.kind === 'arp' && !load.isNeeded,
      rank: rankOf(load.kind),
      isNeeded: load.isNeeded,
      burstSeconds: load.burstSeconds !== null && load.burstSeconds < load.configuredSeconds ? load.burstSeconds : null,
      resource: load.resource,
      run,
      draws: listBudgetsOfKind(load.kind).map((name) => ({
        budget: keyOf(name, load),
        requests: name.endsWith('.writes') ? 1 : requests,
      })),
    }
  })
}

/**
 * Returns the metric polls that Azure Monitor's data plane answers and that therefore use no budget of ARM. They are
 * recognized by their responses, which mention no ARM budget although responses to other polls of the subscription
 * mention one.
 */
function batchedMetrics(loads: readonly PollLoad[]): ReadonlySet<PollLoad> {
  const speaks = ({ budget }: PollLoad) => findRemainingRequests('arm.reads', budget) !== null
  const metered = new Set(
    loads.filter((load) => load.kind !== 'metrics' && speaks(load)).map((load) => load.subscriptionId),
  )
  return new Set(
    loads.filter(
      (load) =>
        load.kind === 'metrics' &&
        load.run !== null &&
        load.refusedBy === null &&
        !speaks(load) &&
        metered.has(load.subscriptionId),
    ),
  )
}

/**
 * Maximum relative difference between the mean duration of a poll and the usual mean for treating them as equal. The
 * means of 20 operations differ by up to a quarter, because operations take 5 to 60 s and are checked every 10 s.
 */
const SAME = 0.5

/**
 * Returns a function that gives the expected duration of a poll. If the measured duration is similar to the usual
 * duration in the subscription, the mean of both is used. The measured durations of a few polls vary, and the intervals
 * should not vary with them. A poll without measured durations gets the usual duration of its kind.
 */
function runsOf(loads: readonly PollLoad[]): (load: PollLoad) => PollRunSeconds | null {
  const besides = usualRuns(loads, ({ subscriptionId, kind }) => `${subscriptionId} ${kind}`)
  const anywhere = usualRuns(loads, ({ kind }) => kind)
  return ({ subscriptionId, kind, run }) => {
    if (run === null) return anywhere.get(kind) ?? null
    const usual = besides.get(`${subscriptionId} ${kind}`)?.mean ?? run.mean
    return Math.abs(run.mean - usual) > SAME * usual ? run : { mean: (run.mean + usual) / 2, p95: run.p95 }
  }
}

/** Returns the median duration of the polls in each group. */
function usualRuns(loads: readonly PollLoad[], groupOf: (load: PollLoad) => string): Map<string, PollRunSeconds> {
  const measured = loads.flatMap((load) => (load.run ? [{ group: groupOf(load), run: load.run }] : []))
  const middle = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
  return new Map(
    [...Map.groupBy(measured, ({ group }) => group)].map(([group, of]) => [
      group,
      { mean: middle(of.map(({ run }) => run.mean)), p95: middle(of.map(({ run }) => run.p95)) },
    ]),
  )
}

/** Returns the number of resource groups with polled resources, by subscription. */
function groupsOf(loads: readonly PollLoad[]): Map<string, number> {
  const groups = new Map<string, Set<string>>()
  for (const { subscriptionId, resourceId } of loads) {
    const group = getResourceGroupId(resourceId)
    if (group) groups.set(subscriptionId, (groups.get(subscriptionId) ?? new Set()).add(group))
  }
  return new Map([...groups].map(([subscriptionId, names]) => [subscriptionId, names.size]))
}

function requestsOf({ kind }: PollLoad, run: PollRunSeconds | null, groups: number): number {
  if (listBudgetsOfKind(kind).includes('arm.writes')) return run ? estimateStatusChecks(run) : 1
  return getRequestCountOfPoll(kind) + (kind === 'inventory' ? READS_OF_GROUP * groups : 0)
}

/**
 * Returns the keys of the budgets that the last response of a poll mentions, by a number of remaining requests or by a
 * refusal.
 */
function budgetsReportedBy(load: PollLoad): string[] {
  const { budget, refusedBy } = load
  const reports = (name: BudgetName) => findRemainingRequests(name, budget) !== null
  const isArm = reports('arm.reads') || reports('arm.writes')
  const names: BudgetName[] = [
    ...(isArm ? (['arm.reads', 'arm.writes'] as const) : []),
    ...(reports('network.reads') ? (['network.reads'] as const) : []),
    ...(refusedBy ? [refusedBy] : []),
  ]
  return names.map((name) => keyOf(name, load))
}

/**
 * Returns the budgets that limit the scheduled polls. A budget is unlimited and left out if no response mentions it.
 * Network writes are left out unless Azure counts POSTs, as configured or learned.
 * @param learned facts about Azure's budgets that were derived from responses in earlier plans
 * @param identitiesOf returns the names of the identities that poll a subscription
 */
export function computeBudgetCapacities(
  loads: readonly PollLoad[],
  learned: Pick<PollPlanState, 'countsPosts' | 'hourly' | 'reduced'>,
  identitiesOf: (subscriptionId: string) => readonly string[],
): BudgetCapacity[] {
  const capacities = new Map<string, BudgetCapacity>()
  let byBudget: ReadonlyMap<string, { load: PollLoad }[]> | null = null
  /**
   * Returns the number of identities that can use a budget. Identities that Azure refused in every poll do not count.
   */
  const drawingFrom = (key: string, subscriptionId: string): number => {
    const asking = identitiesOf(subscriptionId)
    if (asking.length < 2) return 1
    byBudget ??= Map.groupBy(
      loads.flatMap((load) => listBudgetsOfKind(load.kind).map((name) => ({ key: keyOf(name, load), load }))),
      (one) => one.key,
    )
    const polled = (byBudget.get(key) ?? []).filter(({ load }) => load.budget?.identity !== undefined)
    const isRefused = (name: string) =>
      polled.length > 0 && polled.every(({ load }) => load.budget?.refused?.some(({ identity }) => identity === name))
    return Math.max(1, asking.filter((name) => !isRefused(name)).length)
  }
  const reported = new Set(loads.flatMap(budgetsReportedBy))
  for (const load of loads) {
    for (const name of listBudgetsOfKind(load.kind)) {
      const key = keyOf(name, load)
      const isCounted = name === 'network.writes' ? learned.countsPosts : reported.has(key)
      if (capacities.has(key) || !isCounted) continue
      const isHourly = !isRegionalBudget(name) && learned.hourly.includes(load.subscriptionId)
      const { limit, windowSeconds } = (isHourly ? findHourlyLimit(name) : null) ?? findBudgetLimit(name, null)
      const identities = isRegionalBudget(name) ? null : Math.min(MAX_IDENTITIES, drawingFrom(key, load.subscriptionId))
      const allowed = (limit / windowSeconds) * (identities ?? 1)
      const perSecond = Math.min(allowed, learned.reduced?.[key]?.perSecond ?? allowed)
      capacities.set(key, { key, name, perSecond, identities })
    }
  }
  return [...capacities.values()]
}

/**
 * Share of the limit of network writes. If Azure reports that less than this share remains, the network resource
 * provider evidently counts POSTs.
 */
const PROOF_SHARE = 0.4

/**
 * Adds the facts about Azure's budgets that the newest responses show. A fact that was observed once is kept. There is
 * one exception: an hourly limit is dropped if later responses of the subscription show token buckets.
 * @param setting configured value
 */
export function learnBudgetLimits(
  loads: readonly PollLoad[],
  before: Pick<PollPlanState, 'countsPosts' | 'hourly'>,
  setting: PostCountingSetting,
): Pick<PollPlanState, 'countsPosts' | 'hourly'> {
  const enough = findBudgetLimit('network.writes', null).limit * PROOF_SHARE
  const seen = () =>
    before.countsPosts ||
    loads.some(
      ({ refusedBy, budget }) =>
        refusedBy === 'network.writes' || (findRemainingRequests('network.writes', budget) ?? enough) < enough,
    )
  const hourly = new Set(before.hourly)
  for (const { budget, subscriptionId } of loads) {
    if (isCountedByHour('arm.reads', budget) || isCountedByHour('arm.writes', budget)) hourly.add(subscriptionId)
  }
  for (const { budget, subscriptionId } of loads) if (isCountedByBucket(budget)) hourly.delete(subscriptionId)
  return { countsPosts: setting === 'learn' ? seen() : setting === 'yes', hourly: [...hourly].toSorted() }
}
