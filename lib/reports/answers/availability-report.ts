import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { containsPrefix, parsePrefix } from '#lib/bgp/index.ts'
import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import type { AvailabilityReportParameters, AvailabilityRow, AvailabilitySeconds, ResponseOf } from '../api/index.ts'
import { type EpochMs, type EventKind, parsePath, parsePeeringType, type PollKind } from '#lib/contract/index.ts'
import { mergeSpans } from '#lib/contract/time/spans.ts'
import { computeUpShare } from '#lib/contract/up-share.ts'
import {
  computeContractCredit,
  type CreditStep,
  type PeriodPart,
  dividePeriod,
  combineResourceParts,
  sumPeriodParts,
} from '#lib/detection/index.ts'
import { readDeclarations, readExpectedMaintenance, type StoredEvent } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { readCustomersByScope } from '#lib/circuits/answers/index.ts'
import {
  readCircuitSessionTimes,
  canOutagesOverlap,
  disabledPeeringKinds,
  type PeeringParts,
  dividePeeringPeriods,
  combinePeerings,
} from '#lib/sessions/answers/index.ts'
import { type PrefixPeriod, dividePrefixPeriods } from './prefix-periods.ts'
import {
  type Db,
  getQueryable,
  buildFreshness,
  findSupportingPolls,
  readSources,
  toPeriodOutage,
  listOutageEvents,
  type Period,
  findUnseenSpansByScope,
  listMaintenancePeriods,
  readTopology,
  assertWithinHistory,
  assertPastWithinHistory,
  formatIso,
} from '#lib/questions/index.ts'

/** The kinds of polls that show whether a circuit is down. */
const kinds: readonly PollKind[] = ['summary']
/** The kinds of events that mean that a circuit had no session, or that one of its paths did not forward traffic. */
const losses: readonly EventKind[] = ['circuit_down', 'path_down', 'green_but_dead', ...disabledPeeringKinds]

/** The availability of one circuit in a period. */
interface CircuitPeriod {
  id: string
  name: string
  provider: string | null
  customer: string | null
  parts: PeriodPart[]
  peerings: PeeringParts[]
  outages: StoredEvent[]
  /** the credits that the provider's contract promises, as operators entered them */
  credits: readonly CreditStep[]
}

/**
 * Returns the availability in a month for each circuit, site or customer. Only circuits that the caller may see are
 * included.
 */
export async function getAvailabilityReport(
  db: Db,
  { month = formatIso(getDatabaseNow()).slice(0, 7), by }: AvailabilityReportParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<ResponseOf<'availabilityReport'>> {
  const q = getQueryable(db)
  const period = periodOf(month, now)
  assertPastWithinHistory('month', period.from, now)
  assertWithinHistory('month', period.end, now)
  const circuits = await circuitPeriods(q, period)
  const prefixes = await dividePrefixPeriods(q, period, {
    topology: await readTopology(q),
    sources: await readSources(q),
    now,
  })
  const sites = by === 'site' ? (await readDeclarations(q)).sites : []
  const prefixesOf = (name: string, own: readonly CircuitPeriod[]) => {
    const declared = sites.find((site) => site.name === name)?.prefixes ?? []
    return prefixes.filter(
      ({ circuits: carrying, prefix }) =>
        own.some(({ id }) => carrying.includes(id)) && (declared.length === 0 || isWithin(prefix, declared)),
    )
  }
  const circuitRows = circuits.map((circuit) => rowOf(circuit.name, [circuit], period, prefixesOf('', [circuit])))
  const rows =
    by === 'circuit'
      ? circuitRows
      : (await groupsBy(q, by, circuits)).map(([name, own]) => rowOf(name, own, period, prefixesOf(name, own)))
  return {
    data: {
      month,
      ...period,
      by,
      rows: rows.toSorted((a, b) => b.downSeconds.atLeast - a.downSeconds.atLeast || (a.name < b.name ? -1 : 1)),
      providers: scoresOf(circuits, circuitRows),
    },
    ...buildFreshness(findSupportingPolls(await readSources(q), kinds, now), now),
  }
}

/** Returns the part of a month that has elapsed (`from`, `to`), and the end of the whole month (`end`). */
function periodOf(month: string, now: EpochMs): Period & { end: EpochMs } {
  const from = Date.parse(`${month}-01T00:00:00.000Z`)
  const start = new Date(from)
  const end = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1)
  return { from, to: Math.max(from, Math.min(end, now)), end }
}

/** Computes the availability of every circuit that the caller may see. */
async function circuitPeriods(q: Queryable, period: Period): Promise<CircuitPeriod[]> {
  const estate = await readTopology(q)
  const { circuits } = estate
  const customers = await readCustomersByScope(q)
  const declarations = await readDeclarations(q)
  const { circuits: declared } = declarations
  const maintenance = await readExpectedMaintenance(q, period, decodeResourceConfig, declarations)
  const events = Map.groupBy(await listOutageEvents(q, period, losses), ({ scope }) => scope)
  const sources = await readSources(q)
  const unseen = await findUnseenSpansByScope(q, period, 'summary', sources)
  const uncounted = await findUnseenSpansByScope(q, period, 'stats', sources)
  const times = await readCircuitSessionTimes(q, circuits, period, estate)
  return circuits.map((circuit) => {
    const { config } = circuit
    const { id, name } = circuit.resource
    const all = events.get(id) ?? []
    const ownPeering = parsePeeringType(circuit.peering?.type ?? null)
    const own = all.filter(
      ({ kind, subject }) =>
        kind === 'circuit_down' && (ownPeering === null || parsePeeringType(parsePath(subject).peering) === ownPeering),
    )
    const work = listMaintenancePeriods(id, maintenance)
    const unseenSessions = unseen.get(id) ?? [period]
    const peerings = dividePeeringPeriods(circuit, times, period, {
      losses: all.map((event) => ({ ...toPeriodOutage(event), kind: event.kind, subject: event.subject })),
      unseen: unseenSessions,
      unseenBytes: mergeSpans([...unseenSessions, ...(uncounted.get(id) ?? [period])]),
      work,
    })
    const parts =
      peerings.length === 0
        ? dividePeriod(period, { outages: own.map(toPeriodOutage), unseen: unseenSessions, work })
        : combinePeerings(period, peerings, 'session')
    const credits = declared.find((one) => one.circuit === id)?.credits ?? []
    const customer = customers.get(id) ?? null
    const outages = [...own, ...offOnly(all, own, peerings.find(({ peering }) => peering === ownPeering)?.off ?? [])]
    return { id, name, provider: config.provider, customer, parts, peerings, outages, credits }
  })
}

/**
 * Returns the times in which a circuit had no session because its peering was disabled. Times during which a
 * `circuit_down` event is known are left out, so that no outage counts twice. Each time is returned as the event that
 * reports the disabled peering, with the start and end of the time.
 */
const offOnly = (all: readonly StoredEvent[], downs: readonly StoredEvent[], off: PeeringParts['off']): StoredEvent[] =>
  off
    .filter((one) => !downs.some((down) => canOutagesOverlap(down, one)))
    .flatMap(({ kind, subject, started, ended }) => {
      const act = all.find(
        (one) => one.kind === kind && one.subject === subject && canOutagesOverlap(one, { started, ended }),
      )
      return act ? [{ ...act, started, ended }] : []
    })

/**
 * Groups the circuits that can replace each other. By customer, a group has all circuits of the customer. By site, a
 * group has the main circuit of the site (`home`) and all circuits that are in a declared redundancy policy with it.
 */
async function groupsBy(
  q: Queryable,
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
  const { sites, policies } = await readDeclarations(q)
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
    return parsed !== null && whole !== null && containsPrefix(whole, parsed)
  })
}

/** Converts the parts of a period to seconds by state. `upPercent` is the share of the observed time that was up. */
function dividedSeconds(parts: readonly PeriodPart[], period: Period): AvailabilitySeconds {
  const { up, down, indeterminateMs, unknownMs, plannedMs } = sumPeriodParts(parts)
  const seconds = {
    seconds: (period.to - period.from) / 1_000,
    upSeconds: { atLeast: up.minMs / 1_000, atMost: up.maxMs / 1_000 },
    downSeconds: { atLeast: down.minMs / 1_000, atMost: down.maxMs / 1_000 },
    indeterminateSeconds: indeterminateMs / 1_000,
    unknownSeconds: unknownMs / 1_000,
    plannedSeconds: plannedMs / 1_000,
  }
  const share = computeUpShare(seconds)
  return { ...seconds, upPercent: share && { atLeast: share.atLeast * 100, atMost: share.atMost * 100 } }
}

/**
 * Returns the availability of the circuits of a row apart from BGP sessions: the time in which they forwarded traffic,
 * in total and for each peering, and the time in which each prefix had no route.
 */
function beyondSessions(
  circuits: readonly CircuitPeriod[],
  period: Period,
  prefixes: readonly PrefixPeriod[],
): Pick<AvailabilityRow, 'forwarding' | 'peerings' | 'prefixes' | 'prefixesOmitted'> {
  const forwarding = combineResourceParts(
    period,
    circuits.map(({ peerings }) => combinePeerings(period, peerings, 'forwarding')),
  )
  const listed = prefixes
    .map(({ prefix, gatewayId, gatewayName, parts }) => ({
      prefix,
      gatewayId,
      gatewayName,
      ...dividedSeconds(parts, period),
    }))
    .toSorted((a, b) => b.downSeconds.atMost - a.downSeconds.atMost || (a.prefix < b.prefix ? -1 : 1))
  return {
    forwarding: dividedSeconds(forwarding, period),
    peerings: circuits.flatMap(({ id, name, peerings }) =>
      peerings.map((one) => ({
        circuitId: id,
        circuitName: name,
        peering: one.peering,
        session: dividedSeconds(one.session, period),
        forwarding: dividedSeconds(one.forwarding, period),
      })),
    ),
    prefixes: listed.slice(0, MAX_PREFIXES),
    prefixesOmitted: Math.max(0, listed.length - MAX_PREFIXES),
  }
}

function rowOf(
  name: string,
  circuits: readonly CircuitPeriod[],
  period: Period,
  prefixes: readonly PrefixPeriod[],
): AvailabilityRow {
  const [only, ...others] = circuits
  const parts =
    others.length === 0
      ? (only?.parts ?? [])
      : combineResourceParts(
          period,
          circuits.map((one) => one.parts),
        )
  const { up, down, indeterminateMs, unknownMs, plannedMs, downByOwner } = sumPeriodParts(parts)
  const outages = circuits.flatMap(unplannedOutages(period))
  const byOwner = Object.entries(downByOwner).map(([owner, ms]) => [owner, ms / 1_000])
  return {
    id: others.length === 0 ? (only?.id ?? null) : null,
    name,
    provider: others.length === 0 ? (only?.provider ?? null) : null,
    circuits: circuits.map((circuit) => circuit.name),
    seconds: (period.to - period.from) / 1_000,
    upSeconds: { atLeast: up.minMs / 1_000, atMost: up.maxMs / 1_000 },
    downSeconds: { atLeast: down.minMs / 1_000, atMost: down.maxMs / 1_000 },
    indeterminateSeconds: indeterminateMs / 1_000,
    unknownSeconds: unknownMs / 1_000,
    plannedSeconds: plannedMs / 1_000,
    byOwner: Object.fromEntries(byOwner) as AvailabilityRow['byOwner'],
    outages: outages.length,
    repeats: outages.length - new Set(outages.map(({ scope, causes }) => `${scope} ${causes[0]?.class ?? ''}`)).size,
    mttrSeconds: meanOf(outages),
    creditDue: only && others.length === 0 ? creditOf(only, { down, unknownMs, downByOwner }, period) : null,
    ...beyondSessions(circuits, period, prefixes),
  }
}

/**
 * Computes the credit that the provider owes under its contract. The minimum counts only outages that are certainly the
 * provider's fault. The maximum also counts unobserved time, possible outages, and outages of unknown cause.
 */
function creditOf(
  { credits }: CircuitPeriod,
  { down, unknownMs, downByOwner }: Pick<ReturnType<typeof sumPeriodParts>, 'down' | 'unknownMs' | 'downByOwner'>,
  { from }: Period,
): AvailabilityRow['creditDue'] {
  const start = new Date(from)
  const month = Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1) - from
  const { provider = 0, unknown = 0 } = downByOwner
  const others = Object.values(downByOwner).reduce((sum, ms) => sum + ms, 0) - provider - unknown
  return computeContractCredit(credits, { atLeast: provider, atMost: down.maxMs + unknownMs - others, month })
}

/**
 * Returns a function that returns the outages of a circuit that began in the period. Outages within announced
 * maintenance are left out.
 */
const unplannedOutages =
  ({ from, to }: Period) =>
  ({ outages, parts }: CircuitPeriod): StoredEvent[] =>
    outages.filter(
      ({ started }) =>
        started.latest >= from &&
        started.latest < to &&
        parts.some(({ since, state }) => since === started.latest && state !== 'planned'),
    )

function meanOf(outages: readonly StoredEvent[]): AvailabilityRow['mttrSeconds'] {
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
  rows: readonly AvailabilityRow[],
): ResponseOf<'availabilityReport'>['data']['providers'] {
  const byProvider = Map.groupBy(
    circuits.flatMap((circuit, n) => (rows[n] ? [{ circuit, row: rows[n] }] : [])),
    ({ circuit }) => circuit.provider ?? 'ExpressRoute Direct',
  )
  return [...byProvider]
    .map(([provider, own]) => {
      const sum = (of: (row: AvailabilityRow) => number) => own.reduce((all, { row }) => all + of(row), 0)
      const first = own[0]?.circuit.parts
      const period = { from: first?.[0]?.from ?? 0, to: first?.at(-1)?.to ?? 0 }
      return {
        provider,
        circuits: own.length,
        seconds: sum(({ seconds }) => seconds),
        upSeconds: { atLeast: sum((row) => row.upSeconds.atLeast), atMost: sum((row) => row.upSeconds.atMost) },
        downSeconds: { atLeast: sum((row) => row.downSeconds.atLeast), atMost: sum((row) => row.downSeconds.atMost) },
        unknownSeconds: sum((row) => row.unknownSeconds),
        plannedSeconds: sum((row) => row.plannedSeconds),
        providersOwnSeconds: sum(({ byOwner }) => byOwner.provider ?? 0),
        outages: sum(({ outages }) => outages),
        mttrSeconds: meanOf(own.flatMap(({ circuit }) => unplannedOutages(period)(circuit))),
      }
    })
    .toSorted((a, b) => b.downSeconds.atLeast - a.downSeconds.atLeast || (a.provider < b.provider ? -1 : 1))
}
