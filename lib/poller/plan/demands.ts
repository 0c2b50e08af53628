import { budgetsOf, kinds } from '#lib/azure/kinds/index.ts'
import { checksOf } from '#lib/azure/call/long-running.ts'
import {
  budgetLimit,
  type BudgetName,
  type EventKind,
  eventKindRecords,
  isRegional,
  momentKinds,
  type PollKind,
  type PollRank,
  resourceGroupOf,
} from '#lib/contract/index.ts'
import type { PlanState, PollLoad } from '#lib/history/index.ts'
import { type Capacity, MAX_IDENTITIES, type PollDemand, type RunSeconds } from '../interval-plan/index.ts'

/** Whether the network provider counts diagnostic POSTs, as configured; `learn` = once it is seen to. */
export type CountsPosts = 'learn' | 'yes' | 'no'

/** What a kind is lengthened with. */
const rankOf = (kind: PollKind): PollRank => kinds[kind].operation?.reads ?? 'counters'

/** What an open incident needs: polls that narrow the bounds of its events. */
export const NEEDED: { events: readonly EventKind[]; polls: readonly PollKind[] } = {
  events: (Object.keys(eventKindRecords) as EventKind[]).filter((kind) => eventKindRecords[kind].burst),
  polls: momentKinds,
}

/** Lists of a resource group in an inventory. */
const READS_OF_GROUP = 3

/** Requests that a poll of this kind begins with: of one that is an operation, its POST. */
export const requestsOfPoll = (kind: PollKind): number => kinds[kind].requests ?? 1

const keyOf = (name: BudgetName, { subscriptionId, region }: Pick<PollLoad, 'subscriptionId' | 'region'>): string =>
  isRegional(name) ? `${name} ${subscriptionId} ${region ?? ''}` : `${name} ${subscriptionId}`

/** The budget that a key of {@link capacitiesOf} names. */
export const budgetOfKey = (key: string): BudgetName => key.split(' ', 1)[0] as BudgetName

/** What everything on the timetable asks for. */
export function demandsOf(loads: readonly PollLoad[]): PollDemand[] {
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
      rank: rankOf(load.kind),
      isNeeded: load.isNeeded,
      burstSeconds: load.burstSeconds !== null && load.burstSeconds < load.configuredSeconds ? load.burstSeconds : null,
      resource: load.resource,
      run,
      draws: budgetsOf(load.kind).map((name) => ({
        budget: keyOf(name, load),
        requests: name.endsWith('.writes') ? 1 : requests,
      })),
    }
  })
}

/**
 * Polls of metrics that Azure Monitor's data plane answered: it draws from no budget of ARM, and so does not speak of any, where other
 * answers of the subscription do.
 */
function batchedMetrics(loads: readonly PollLoad[]): ReadonlySet<PollLoad> {
  const speaks = ({ budget }: PollLoad) => budget != null && budget.remainingReads !== null
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
 * How far the mean of 20 polls may lie from the usual one, as a share of it, to be taken for the same: operations that take 5 to 60 s, checked every
 * 10 s, have means of 20 that differ by a fourth.
 */
const SAME = 0.5

/**
 * What a poll is taken to need. Where others of its kind in its subscription take about as long, the middle between its own mean and theirs:
 * a mean of few polls wavers, and intervals would with it. Where it was not made often enough, what its kind takes elsewhere.
 */
function runsOf(loads: readonly PollLoad[]): (load: PollLoad) => RunSeconds | null {
  const besides = usualRuns(loads, ({ subscriptionId, kind }) => `${subscriptionId} ${kind}`)
  const anywhere = usualRuns(loads, ({ kind }) => kind)
  return ({ subscriptionId, kind, run }) => {
    if (run === null) return anywhere.get(kind) ?? null
    const usual = besides.get(`${subscriptionId} ${kind}`)?.mean ?? run.mean
    return Math.abs(run.mean - usual) > SAME * usual ? run : { mean: (run.mean + usual) / 2, p95: run.p95 }
  }
}

/** Of each group, the median of what its polls take. */
function usualRuns(loads: readonly PollLoad[], groupOf: (load: PollLoad) => string): Map<string, RunSeconds> {
  const measured = loads.flatMap((load) => (load.run ? [{ group: groupOf(load), run: load.run }] : []))
  const middle = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
  return new Map(
    [...Map.groupBy(measured, ({ group }) => group)].map(([group, of]) => [
      group,
      { mean: middle(of.map(({ run }) => run.mean)), p95: middle(of.map(({ run }) => run.p95)) },
    ]),
  )
}

/** Resource groups of each subscription in which something is polled. */
function groupsOf(loads: readonly PollLoad[]): Map<string, number> {
  const groups = new Map<string, Set<string>>()
  for (const { subscriptionId, resourceId } of loads) {
    const group = resourceGroupOf(resourceId)
    if (group) groups.set(subscriptionId, (groups.get(subscriptionId) ?? new Set()).add(group))
  }
  return new Map([...groups].map(([subscriptionId, names]) => [subscriptionId, names.size]))
}

function requestsOf({ kind }: PollLoad, run: RunSeconds | null, groups: number): number {
  if (budgetsOf(kind).includes('arm.writes')) return run ? checksOf(run) : 1
  return requestsOfPoll(kind) + (kind === 'inventory' ? READS_OF_GROUP * groups : 0)
}

/** The budgets that a poll's last answer spoke of: by what is left of them, or by a refusal. */
function budgetsReportedBy(load: PollLoad): string[] {
  const { budget, refusedBy } = load
  const isArm = budget != null && (budget.remainingReads !== null || budget.remainingWrites !== null)
  const names: BudgetName[] = [
    ...(isArm ? (['arm.reads', 'arm.writes'] as const) : []),
    ...(budget?.remainingNetworkReads === undefined ? [] : (['network.reads'] as const)),
    ...(refusedBy ? [refusedBy] : []),
  ]
  return names.map((name) => keyOf(name, load))
}

/**
 * What the budgets allow that everything on the timetable draws from. A budget that no answer of Azure speaks of limits nothing.
 * @param learned what earlier plans found of Azure
 * @param identitiesOf who asks for a subscription, by name
 */
export function capacitiesOf(
  loads: readonly PollLoad[],
  learned: Pick<PlanState, 'countsPosts' | 'hourly'>,
  identitiesOf: (subscriptionId: string) => readonly string[],
): Capacity[] {
  const capacities = new Map<string, Capacity>()
  let byBudget: ReadonlyMap<string, { load: PollLoad }[]> | null = null
  /** Who draws from it: not those that Azure refuses for every poll that would. */
  const drawingFrom = (key: string, subscriptionId: string): number => {
    const asking = identitiesOf(subscriptionId)
    if (asking.length < 2) return 1
    byBudget ??= Map.groupBy(
      loads.flatMap((load) => budgetsOf(load.kind).map((name) => ({ key: keyOf(name, load), load }))),
      (one) => one.key,
    )
    const polled = (byBudget.get(key) ?? []).filter(({ load }) => load.budget?.identity !== undefined)
    const isRefused = (name: string) =>
      polled.length > 0 && polled.every(({ load }) => load.budget?.refused?.some(({ identity }) => identity === name))
    return Math.max(1, asking.filter((name) => !isRefused(name)).length)
  }
  const reported = new Set(loads.flatMap(budgetsReportedBy))
  for (const load of loads) {
    for (const name of budgetsOf(load.kind)) {
      const key = keyOf(name, load)
      const isCounted = name === 'network.writes' ? learned.countsPosts : reported.has(key)
      if (capacities.has(key) || !isCounted) continue
      const isHourly = !isRegional(name) && learned.hourly.includes(load.subscriptionId)
      const { limit, windowSeconds } = isHourly ? hourlyLimit(name) : budgetLimit(name, null)
      const identities = isRegional(name) ? null : Math.min(MAX_IDENTITIES, drawingFrom(key, load.subscriptionId))
      capacities.set(key, { key, name, perSecond: (limit / windowSeconds) * (identities ?? 1), identities })
    }
  }
  return [...capacities.values()]
}

/** Of ARM's older regime: that of a rest which its bucket can't have. */
const hourlyLimit = (name: BudgetName) => budgetLimit(name, budgetLimit(name, null).limit + 1)

/** A rest of the network provider's writes below this share of its limit shows that it counts POSTs, before it refuses one. */
const PROOF_SHARE = 0.4

/**
 * What the newest answers say of Azure beside what was known: once it is seen, it stays.
 * @param setting as configured
 */
export function learnedFrom(
  loads: readonly PollLoad[],
  before: Pick<PlanState, 'countsPosts' | 'hourly'>,
  setting: CountsPosts,
): Pick<PlanState, 'countsPosts' | 'hourly'> {
  const enough = budgetLimit('network.writes', null).limit * PROOF_SHARE
  const seen = () =>
    before.countsPosts ||
    loads.some(
      ({ refusedBy, budget }) => refusedBy === 'network.writes' || (budget?.remainingNetworkWrites ?? enough) < enough,
    )
  const isAbove = (name: BudgetName, left: number | null | undefined) => (left ?? 0) > budgetLimit(name, null).limit
  const hourly = loads.filter(
    ({ budget }) => isAbove('arm.reads', budget?.remainingReads) || isAbove('arm.writes', budget?.remainingWrites),
  )
  return {
    countsPosts: setting === 'learn' ? seen() : setting === 'yes',
    hourly: [...new Set([...before.hourly, ...hourly.map(({ subscriptionId }) => subscriptionId)])].toSorted(),
  }
}
