import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { doesPrefixContainPrefix, parsePrefix } from '#lib/bgp/index.ts'
import type { AvailabilityReportParameters, AvailabilityReportRow, ReportsEndpointResponse } from '../api/index.ts'
import type { EpochMs, PollKind } from '#lib/contract/index.ts'
import { type AvailabilityLayer, availabilityLayers } from '#lib/contract/up-share.ts'
import {
  computeContractCredit,
  type ContractCreditStep,
  combineRedundantStates,
  sumStateIntervals,
} from '#lib/detection/index.ts'
import { readCurrentDeclarations } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { readCustomersByResource } from '#lib/circuits/answers/index.ts'
import { computeDailyUptime } from '#lib/sessions/answers/index.ts'
import {
  type ReadableDatabase,
  getSqlExecutor,
  buildFreshnessFields,
  findSupportingPolls,
  readSources,
  type Period,
  readTopology,
  assertMomentWithinHistory,
  assertPastWithinHistory,
  formatIso,
} from '#lib/questions/index.ts'
import {
  buildUpperLayerSeconds,
  computeAvailabilitySeconds,
  type ResourceUptimeByLayer,
  type LossInLayer,
  listAvailabilityLosses,
  buildApiAvailabilityLoss,
  readLayeredUptime,
  computeDowntimeByOwner,
} from './layered-uptime.ts'
import type { PrefixPeriod, PrefixPeriods } from './prefix-states.ts'

/** The kinds of polls that show whether a circuit is down. */
const kinds: readonly PollKind[] = ['summary']

/** The availability of one circuit in a period. */
interface CircuitPeriod extends ResourceUptimeByLayer {
  provider: string | null
  customer: string | null
  /** service credits that the provider's contract promises for outages, as operators entered them */
  credits: readonly ContractCreditStep[]
}

/**
 * Returns the availability in a month for each circuit, site or customer. Only circuits that the caller may see are
 * included.
 */
export async function getAvailabilityReport(
  db: ReadableDatabase,
  { month = formatIso(getDatabaseNow()).slice(0, 7), by }: AvailabilityReportParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<ReportsEndpointResponse<'availabilityReport'>> {
  const q = getSqlExecutor(db)
  const period = periodOf(month, now)
  assertPastWithinHistory('month', period.from, now)
  assertMomentWithinHistory('month', period.end, now)
  const { circuits, divideReachability } = await circuitPeriods(q, period, now)
  const sites = by === 'site' ? (await readCurrentDeclarations(q)).sites : []
  const rowOf = (name: string, own: readonly CircuitPeriod[]) => {
    const declared = sites.find((site) => site.name === name)?.prefixes ?? []
    const prefixes = [...new Set(own.flatMap((circuit) => circuit.prefixes))].filter(
      ({ prefix }) => declared.length === 0 || isWithin(prefix, declared),
    )
    return buildRow(name, own, period, { prefixes, divideReachability })
  }
  const circuitRows = circuits.map((circuit) => rowOf(circuit.name, [circuit]))
  const rows = by === 'circuit' ? circuitRows : (await groupsBy(q, by, circuits)).map(([name, own]) => rowOf(name, own))
  return {
    data: {
      month,
      ...period,
      by,
      rows: rows.toSorted((a, b) => b.downSeconds.atLeast - a.downSeconds.atLeast || (a.name < b.name ? -1 : 1)),
      providers: scoresOf(circuits, circuitRows),
      days: lostDays(circuits, period),
    },
    ...buildFreshnessFields(findSupportingPolls(await readSources(q), kinds, now), now),
  }
}

/** Returns a month as `from` to `end`, and `to` as the end of its part that has elapsed. */
function periodOf(month: string, now: EpochMs): Period & { end: EpochMs } {
  const from = Date.parse(`${month}-01T00:00:00.000Z`)
  const start = new Date(from)
  const end = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1)
  return { from, to: Math.max(from, Math.min(end, now)), end }
}

/** Computes the availability of every circuit that the caller may see. */
async function circuitPeriods(q: SqlExecutor, period: Period, now: EpochMs) {
  const topology = await readTopology(q)
  const customers = await readCustomersByResource(q)
  const { circuits: declared } = await readCurrentDeclarations(q)
  const known = { topology, sources: await readSources(q), now, type: 'circuit' as const }
  const { resources, divideReachability } = await readLayeredUptime(q, period, known)
  const providers = new Map(topology.circuits.map(({ resource, config }) => [resource.id, config.provider]))
  const circuits = resources.map(
    (one): CircuitPeriod => ({
      ...one,
      provider: providers.get(one.id) ?? null,
      customer: customers.get(one.id) ?? null,
      credits: declared.find(({ circuit }) => circuit === one.id)?.credits ?? [],
    }),
  )
  return { circuits, divideReachability }
}

/**
 * Groups circuits that can replace each other. If the report is by customer, a group contains all circuits of the
 * customer. If it is by site, a group contains the main circuit of the site (`home`) and all circuits that share a
 * declared redundancy policy with it.
 */
async function groupsBy(
  q: SqlExecutor,
  by: 'site' | 'customer',
  circuits: readonly CircuitPeriod[],
): Promise<[name: string, circuits: CircuitPeriod[]][]> {
  if (by === 'customer') {
    return [
      ...Map.groupBy(
        circuits.filter(({ customer }) => customer !== null),
        ({ customer }) => customer ?? '',
      ),
    ]
  }
  const { sites, policies } = await readCurrentDeclarations(q)
  return sites.flatMap(({ name, home }): [string, CircuitPeriod[]][] => {
    const beside = policies.filter((policy) => home !== null && policy.circuits.includes(home))
    const ids = new Set([home, ...beside.flatMap((policy) => policy.circuits)])
    const own = circuits.filter(({ id }) => ids.has(id))
    return own.length === 0 ? [] : [[name, own]]
  })
}

/** Maximum number of prefixes in a row of the report. `prefixesOmitted` counts the others. */
const MAX_PREFIXES = 100

const isWithin = (prefix: string, networks: readonly string[]): boolean => {
  const parsed = parsePrefix(prefix)
  return networks.some((network) => {
    const whole = parsePrefix(network)
    return parsed !== null && whole !== null && doesPrefixContainPrefix(whole, parsed)
  })
}

function buildRow(
  name: string,
  circuits: readonly CircuitPeriod[],
  period: Period,
  { prefixes, divideReachability }: { prefixes: readonly PrefixPeriod[] } & Pick<PrefixPeriods, 'divideReachability'>,
): AvailabilityReportRow {
  const [only, ...others] = circuits
  const parts = combineCircuits(
    period,
    circuits.map((one) => one.parts),
  )
  const counted = circuits.flatMap(({ forwarding }) => (forwarding ? [forwarding] : []))
  const forwarding = counted.length === 0 ? null : combineCircuits(period, counted)
  const gateways = [...new Set(circuits.flatMap((one) => one.gateways))]
  const reachability = divideReachability(prefixes, gateways)
  const losses = listAvailabilityLosses(circuits, { reachability, prefixes })
  const outages = losses.filter(({ since }) => since >= period.from)
  const listed = prefixes
    .map((one) => ({
      prefix: one.prefix,
      gatewayId: one.gatewayId,
      gatewayName: one.gatewayName,
      ...computeAvailabilitySeconds(one.parts, period),
    }))
    .toSorted((a, b) => b.downSeconds.atMost - a.downSeconds.atMost || (a.prefix < b.prefix ? -1 : 1))
  return {
    id: others.length === 0 ? (only?.id ?? null) : null,
    name,
    provider: others.length === 0 ? (only?.provider ?? null) : null,
    circuits: circuits.map((circuit) => circuit.name),
    ...computeAvailabilitySeconds(parts, period),
    byOwner: computeDowntimeByOwner(parts),
    ...buildUpperLayerSeconds({ forwarding, reachability, prefixes }, period),
    outages: outages.length,
    outagesByLayer: countByLayer(outages),
    repeats: outages.length - new Set(outages.map((one) => `${one.name} ${one.layer} ${one.cause}`)).size,
    mttrSeconds: meanOf(outages),
    losses: losses.slice(0, MAX_LOSSES).map(buildApiAvailabilityLoss),
    creditDue: only && others.length === 0 ? creditOf(only, period) : null,
    peerings: circuits.flatMap(({ id, name: circuitName, peerings }) =>
      peerings.map((one) => ({
        circuitId: id,
        circuitName,
        peering: one.peering,
        session: computeAvailabilitySeconds(one.session, period),
        forwarding: computeAvailabilitySeconds(one.forwarding, period),
      })),
    ),
    prefixes: listed.slice(0, MAX_PREFIXES),
    prefixesOmitted: Math.max(0, listed.length - MAX_PREFIXES),
  }
}

/** Maximum number of losses in a row of the report. */
const MAX_LOSSES = 50

/** Combines the states of circuits that can replace each other. The result is down only while all of them are down. */
const combineCircuits = (
  period: Period,
  all: readonly ResourceUptimeByLayer['parts'][],
): ResourceUptimeByLayer['parts'] => (all.length === 1 && all[0] ? all[0] : combineRedundantStates(period, all))

const countByLayer = (losses: readonly LossInLayer[]) =>
  Object.fromEntries(
    availabilityLayers.map((layer) => [layer, losses.filter((one) => one.layer === layer).length]),
  ) as AvailabilityReportRow['outagesByLayer']

/**
 * Computes the service credit that the provider owes under its contract. The minimum contains only outages that are
 * certainly the provider's fault. The maximum also contains unobserved time, possible outages, and outages with an
 * unknown cause.
 */
function creditOf({ credits, parts }: CircuitPeriod, { from }: Period): AvailabilityReportRow['creditDue'] {
  const { down, unknownMs, downByOwner } = sumStateIntervals(parts)
  const start = new Date(from)
  const month = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1) - from
  const { provider = 0, unknown = 0 } = downByOwner
  const others = Object.values(downByOwner).reduce((sum, ms) => sum + ms, 0) - provider - unknown
  return computeContractCredit(credits, { atLeast: provider, atMost: down.maxMs + unknownMs - others, month })
}

function meanOf(outages: readonly Pick<LossInLayer, 'started' | 'ended'>[]): AvailabilityReportRow['mttrSeconds'] {
  const lengths = outages.flatMap(({ started, ended }) =>
    ended ? [{ least: Math.max(0, ended.earliest - started.latest), most: ended.latest - started.earliest }] : [],
  )
  if (lengths.length === 0) return null
  const mean = (of: (length: (typeof lengths)[number]) => number) =>
    lengths.reduce((sum, one) => sum + of(one), 0) / lengths.length / 1_000
  return { atLeast: mean(({ least }) => least), atMost: mean(({ most }) => most) }
}

function scoresOf(
  circuits: readonly CircuitPeriod[],
  rows: readonly AvailabilityReportRow[],
): ReportsEndpointResponse<'availabilityReport'>['data']['providers'] {
  const byProvider = Map.groupBy(
    circuits.flatMap((circuit, n) => (rows[n] ? [{ circuit, row: rows[n] }] : [])),
    ({ circuit }) => circuit.provider ?? 'ExpressRoute Direct',
  )
  return [...byProvider]
    .map(([provider, own]) => {
      const sum = (of: (row: AvailabilityReportRow) => number) => own.reduce((all, { row }) => all + of(row), 0)
      const from = own[0]?.circuit.parts[0]?.from ?? 0
      const losses = own
        .flatMap(({ circuit }) => listAvailabilityLosses([circuit], circuit))
        .filter(({ since }) => since >= from)
      return {
        provider,
        circuits: own.length,
        ...sumTimes(own.map(({ row }) => row)),
        forwarding: sumLayer(own.map(({ row }) => row.forwarding)),
        reachability: sumLayer(own.map(({ row }) => row.reachability)),
        providersOwnSeconds: sum(({ byOwner }) => byOwner.provider ?? 0),
        outages: sum(({ outages }) => outages),
        outagesByLayer: countByLayer(losses),
        mttrSeconds: meanOf(losses),
      }
    })
    .toSorted((a, b) => b.downSeconds.atLeast - a.downSeconds.atLeast || (a.provider < b.provider ? -1 : 1))
}

type Times = Pick<AvailabilityReportRow, 'seconds' | 'upSeconds' | 'downSeconds' | 'unknownSeconds' | 'plannedSeconds'>

function sumTimes(all: readonly Times[]): Times {
  const sum = (of: (one: Times) => number) => all.reduce((total, one) => total + of(one), 0)
  const both = (name: 'upSeconds' | 'downSeconds') => ({
    atLeast: sum((one) => one[name].atLeast),
    atMost: sum((one) => one[name].atMost),
  })
  return {
    seconds: sum(({ seconds }) => seconds),
    upSeconds: both('upSeconds'),
    downSeconds: both('downSeconds'),
    unknownSeconds: sum(({ unknownSeconds }) => unknownSeconds),
    plannedSeconds: sum(({ plannedSeconds }) => plannedSeconds),
  }
}

/**
 * Adds the times of one layer (such as sessions or forwarding) over several circuits; null = the layer is not measured
 * for any of them.
 */
function sumLayer(all: readonly (Times | null)[]): Times | null {
  const measured = all.flatMap((one) => one ?? [])
  return measured.length === 0 ? null : sumTimes(measured)
}

/**
 * Returns the maximum lost time of each UTC day, in seconds over all circuits. If a circuit lost several layers on a
 * day, the losses are assumed to overlap, and the common time counts only for the most basic layer (sessions, then
 * forwarding, then reachability).
 */
function lostDays(
  circuits: readonly CircuitPeriod[],
  period: Period,
): ReportsEndpointResponse<'availabilityReport'>['data']['days'] {
  const each = circuits.map((circuit) => computeDailyUptime(period, circuit))
  return (each[0] ?? []).map(({ day }, n) => {
    const lost = each
      .flatMap((days) => days[n] ?? [])
      .map((one) => {
        const session = one.downSeconds.atMost
        const forwarding = Math.max(session, one.noForwardingSeconds?.atMost ?? 0)
        const reachability = Math.max(forwarding, one.noRouteSeconds?.atMost ?? 0)
        return { session, forwarding: forwarding - session, reachability: reachability - forwarding }
      })
    const sum = (layer: AvailabilityLayer) => lost.reduce((total, one) => total + one[layer], 0)
    return { day, session: sum('session'), forwarding: sum('forwarding'), reachability: sum('reachability') }
  })
}
