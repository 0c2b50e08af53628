import { formatUtcDay } from '#lib/contract/time/dates.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { normalizeArmId, armTypes, type EpochMs, isGatewayType, parseArmId } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { CostProjectionsParameters, CostReconcile, ReconciledMeter, CostEndpointResponse } from '../api/index.ts'
import {
  applyPriceOverrides,
  sumBilledMeters,
  getBillingMonth,
  type CostContext,
  DATA_TRANSFER_METER,
  Decimal,
  applyEstateOverrides,
  listGatewayMeters,
  convertBytesToGb,
  formatNumberForSentence,
  mapCircuitToMeters,
  mergeMeterRows,
  formatMoneyAmount,
  type ProjectedMetersOfDays,
  projectCircuitMeters,
  reconcileBill,
  sumMoneyByCurrency,
  listUnexplainedAmounts,
} from '../rules/index.ts'
import { getSharedIds, readSubscriptionNames } from '#lib/history/index.ts'
import {
  readBilledRows,
  readBillReadAttempts,
  readLastGbSize,
  readNewestBilledDay,
  type StoredBilledRow,
} from '../store/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { type ReadableDatabase, getSqlExecutor, readTopology, isStartObserved } from '#lib/questions/index.ts'

import { type BillCoverage, describeBillCoverage, type BilledDayRange, findWorstBillOutcome } from './bills.ts'
import { buildProjectionInput, type CostCircuit, readCostCircuits } from './circuits/circuit-inputs.ts'
import { readUsageInput, createEmptyUsage } from './circuits/circuit-usage.ts'
import { resolveBillingMonth, readCostContext } from './cost-context.ts'
import { readGatewaySizes } from './tco/tco-gateways.ts'
import { readAgeOfCostData } from './projections.ts'

/**
 * Compares the projected amounts of a month with the billed amounts. The default is the month of the newest billed day,
 * or the current month if no bill is stored.
 */
export async function computeCostReconciliation(
  db: ReadableDatabase,
  { month: name }: CostProjectionsParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<CostEndpointResponse<'costReconcile'>> {
  const q = getSqlExecutor(db)
  const newest = await readNewestBilledDay(q)
  const month = name === undefined && newest !== null ? getBillingMonth(newest) : resolveBillingMonth(name, now)
  const frame = await readCostContext(q, month, now)
  const held = await compareProjectionsWithBills(q, frame)
  const resources = held.resources.map((one) => resourceView(one, frame))
  const all = resources.flatMap(({ meters }) => meters)
  const names = await readSubscriptionNames(q)
  const bills = [...held.bills].map(([subscriptionId, { readAt, outcome, missing }]) => {
    return { subscriptionId, name: names.get(subscriptionId) ?? null, readAt, outcome, missing }
  })
  const read = bills.flatMap(({ readAt }) => readAt ?? [])
  const missing = bills.flatMap(({ subscriptionId, name, missing: what }) =>
    what === null ? [] : `${name ?? subscriptionId}: ${what}`,
  )
  return {
    data: {
      month: month.name,
      from: month.from,
      to: held.to,
      readAt: read.toSorted((a, b) => b - a)[0] ?? null,
      outcome: findWorstBillOutcome(bills.map(({ outcome }) => outcome)),
      error: missing.join('; ') || null,
      complete: bills.length > 0 && missing.length === 0,
      bills,
      ...daysOf(held),
      gb: { ...frame.gb, words: await formatCalibration(q) },
      resources,
      totals: totalsOfMeters(all),
    },
    ...(await readAgeOfCostData(q, now)),
  }
}

/** A resource with its projected meters and the meters on its bill. */
export interface ComparedResource {
  circuitId: string | null
  resourceId: string
  name: string
  globalReachEnabled: boolean
  projected: ProjectedMetersOfDays
  records: StoredBilledRow[]
  bill: BillCoverage
  /** Returns the reason why a meter on the bill has no projection. */
  whyNotProjected: (meter: string) => string
}

interface Held extends BilledDayRange {
  resources: ComparedResource[]
  /**
   * Bills by the id of the subscription in lower case. A subscription is included if it has a compared resource, or if
   * Peerwatch ever tried to read its bill.
   */
  bills: ReadonlyMap<string, BillCoverage & { readAt: EpochMs | null }>
}

type BillOf = (subscriptionId: string) => BillCoverage

/**
 * Compares projections with bills for the completed days of a month. A resource is projected for the days for which the
 * bill was read. If the bill was not read at all, the resource is projected for all days.
 * @param isMeasured false = measured bytes are not read. Data meters then have a price and the quantity 0.
 */
export async function compareProjectionsWithBills(
  q: SqlExecutor,
  frame: CostContext,
  isMeasured = true,
): Promise<Held> {
  const { month, now } = frame
  const span = {
    from: month.from,
    to: Math.max(month.from, Math.min(month.to, Math.floor(now / MS_PER_DAY) * MS_PER_DAY)),
  }
  const all = await readBilledRows(q, span)
  const reads = new Map((await readBillReadAttempts(q)).map((read) => [read.subscriptionId, read]))
  const billed = new Set(all.map(({ subscriptionId }) => subscriptionId))
  const bills = new Map<string, BillCoverage & { readAt: EpochMs | null }>()
  const billOf: BillOf = (subscriptionId) => {
    const key = subscriptionId.toLowerCase()
    const read = reads.get(key)
    const known = bills.get(key) ?? {
      ...describeBillCoverage(read, span, billed.has(key)),
      readAt: read?.goodAt ?? null,
    }
    bills.set(key, known)
    return known
  }
  for (const key of reads.keys()) billOf(key)
  const records = Map.groupBy(all, ({ resourceKey }) => resourceKey)
  const projected = [
    ...(await circuitsHeld(q, frame, span, billOf, isMeasured)),
    ...(await gatewaysHeld(q, frame, span, billOf)),
  ]
  const known = new Set(projected.map(({ resourceId }) => normalizeArmId(resourceId)))
  const others = [...records].filter(([key]) => !known.has(key))
  return {
    ...span,
    bills,
    resources: [
      ...projected.map((one) => ({ ...one, records: records.get(normalizeArmId(one.resourceId)) ?? [] })),
      ...others.map(([key, own]) => ({
        circuitId: null,
        resourceId: key,
        name: parseArmId(key)?.name ?? (key || 'no resource'),
        globalReachEnabled: false,
        projected: { meters: [], days: eachDay(span.from, span.to), bytes: null },
        records: own,
        bill: billOf(own[0]?.subscriptionId ?? ''),
        whyNotProjected: () => whyUnknown(key),
      })),
    ],
  }
}

/** Returns the reason why a billed resource has no projection. */
function whyUnknown(key: string): string {
  const type = parseArmId(key)?.type
  if (type === undefined) return 'the bill names no resource'
  const isPriced = type === armTypes.circuit || isGatewayType(type)
  return isPriced ? 'it was not listed in this time' : `only circuits, gateways and hubs are projected, not ${type}`
}

/**
 * Returns the end of the days for which a resource is projected. It is the end of the days for which the bill was read.
 * If the bill was not read at all, it is the end of all compared days.
 */
const heldUntil = ({ to }: BilledDayRange, { until }: BillCoverage): EpochMs => Math.min(to, until ?? to)

type Side = Omit<ComparedResource, 'records'>

async function circuitsHeld(
  q: SqlExecutor,
  frame: CostContext,
  span: BilledDayRange,
  billOf: BillOf,
  isMeasured: boolean,
): Promise<Side[]> {
  const held: Side[] = []
  for (const standing of await readCostCircuits(q, frame)) {
    const usage = isMeasured ? await readUsageInput(q, standing, frame, span.from) : createEmptyUsage(standing)
    const bill = billOf(standing.resource.subscriptionId)
    const { resource, globalReachEnabled } = standing
    held.push({
      circuitId: resource.id,
      resourceId: resource.resourceId,
      name: resource.name,
      globalReachEnabled: globalReachEnabled === true,
      projected: projectCircuitMeters(buildProjectionInput(standing, usage), frame, span.from, heldUntil(span, bill)),
      whyNotProjected: () => whyNotOfCircuit(standing, frame),
      bill,
    })
  }
  return held
}

function whyNotOfCircuit({ resource, configured, globalReachEnabled }: CostCircuit, frame: CostContext): string {
  const { sheet, zone } = applyPriceOverrides(frame.sheet, frame.overrides, { circuitId: resource.id, at: frame.now })
  const mappings = configured.map(({ facts }) => mapCircuitToMeters(sheet, facts, zone))
  const unmapped = mappings.find((one) => !one.ok)
  if (unmapped && !unmapped.ok) return unmapped.why
  return globalReachEnabled === true
    ? "it is not a meter of the circuit's own plan; Global Reach's fee and rates are in no list: declare them as a charge"
    : "it is not a meter of the circuit's plan in this time"
}

/** Returns the gateways and hubs with the meters that they should have on their bills. */
async function gatewaysHeld(q: SqlExecutor, frame: CostContext, span: BilledDayRange, billOf: BillOf): Promise<Side[]> {
  const sheet = applyEstateOverrides(frame.sheet, frame.overrides, frame.now)
  const [estate, shared] = [await readTopology(q), getSharedIds(q)]
  const all = await readGatewaySizes(q, { estate }, span)
  return all
    .filter(({ gateway, sizes }) => sizes.length > 0 && !shared.has(gateway.id))
    .map(({ gateway: { resourceId, name, subscriptionId, intervals }, sizes }) => {
      const bill = billOf(subscriptionId)
      // The configuration of a gateway before the inventory that first listed it is unknown. The comparison therefore
      // begins with the first whole day after that inventory.
      const [first, last] = [intervals[0], intervals.at(-1)]
      const listed = first && first.from === null && isStartObserved(first.since) ? first.since.latest : first?.from
      const begin = Math.max(span.from, Math.ceil((listed ?? 0) / MS_PER_DAY) * MS_PER_DAY)
      const to = Math.min(heldUntil(span, bill), Math.floor((last?.to ?? span.to) / MS_PER_DAY) * MS_PER_DAY)
      const own = sizes.map((size) =>
        listGatewayMeters({ ...size, customer: '' }, sheet, { from: begin, to, gb: frame.gb.bytes }),
      )
      const unpriced = own.flatMap((one) => one.unpriced)
      return {
        circuitId: null,
        resourceId,
        name,
        globalReachEnabled: false,
        projected: {
          meters: mergeMeterRows(own.flatMap(({ meters }) => meters)).filter(
            ({ meter }) => !unpriced.some((one) => one.meter === meter),
          ),
          days: eachDay(begin, to),
          bytes: null,
        },
        whyNotProjected: (meter) =>
          unpriced.find((one) => one.meter === meter)?.why ?? 'Peerwatch has no price by this meter for its SKU',
        bill,
      }
    })
}

const eachDay = (from: EpochMs, to: EpochMs): EpochMs[] =>
  Array.from({ length: Math.max(0, (to - from) / MS_PER_DAY) }, (_, i) => from + i * MS_PER_DAY)

function resourceView(one: ComparedResource, { sheet, gb }: CostContext): CostReconcile['resources'][number] {
  const { projected, records, globalReachEnabled: _, bill, whyNotProjected, ...about } = one
  const measured = projected.bytes && [...projected.bytes.keys()]
  const isData = (meter: string) => measured !== null && meter === DATA_TRANSFER_METER
  const bytesOf = (days: readonly EpochMs[]) => days.reduce((sum, day) => sum + (projected.bytes?.get(day) ?? 0n), 0n)
  const billed = sumBilledMeters(
    records,
    (meter) => (isData(meter) ? (measured ?? []) : projected.days),
    (meter, days) => (isData(meter) ? convertBytesToGb(bytesOf(days), gb.bytes) : null),
  )
  const missing = bill.until === null ? bill.missing : bill.unread
  const meters = reconcileBill(projected.meters, billed, sheet, missing, whyNotProjected)
  return {
    ...about,
    billMissing: bill.missing,
    measuredDays: measured && measured.length,
    meters: meters.map((meter) => ({ ...meter, meter: meter.meter || 'no meter named' })),
  }
}

function totalsOfMeters(meters: readonly ReconciledMeter[]): CostReconcile['totals'] {
  const comparable = meters.filter(({ difference }) => difference !== null)
  const sums = (of: (meter: ReconciledMeter) => ReconciledMeter['projected']) =>
    new Map(sumMoneyByCurrency(comparable.flatMap((meter) => of(meter) ?? [])).map((total) => [total.currency, total]))
  const [projected, billed, difference] = [
    sums((meter) => meter.projected),
    sums((meter) => meter.billed),
    sums((meter) => meter.difference),
  ]
  const open = new Map(sumMoneyByCurrency(listUnexplainedAmounts(comparable)).map((total) => [total.currency, total]))
  return [...difference.keys()].map((currency) => {
    const nothing = formatMoneyAmount(new Decimal(0), currency)
    return {
      projected: projected.get(currency) ?? nothing,
      billed: billed.get(currency) ?? nothing,
      difference: difference.get(currency) ?? nothing,
      unexplained: open.get(currency) ?? nothing,
    }
  })
}

function daysOf({ from, to, resources }: Held) {
  const billed = new Set(resources.flatMap(({ records }) => records.map(({ day }) => day)))
  const days = eachDay(from, to)
  return { days: days.length, missingDays: days.filter((day) => !billed.has(day)).length }
}

async function formatCalibration(q: SqlExecutor): Promise<string> {
  const last = await readLastGbSize(q)
  if (!last) return 'No bill was matched yet: it takes three days that were both billed and measured without a gap.'
  const day = formatUtcDay(last.at)
  if (last.sums === null) return `On ${day} the bill of the whole estate was matched to the measured bytes.`
  const { measuredBytes, billedGb } = last.sums
  const each = new Decimal(String(measuredBytes)).dividedBy(billedGb)
  return `On ${day} the bill has ${formatNumberForSentence(new Decimal(billedGb), 3)} GB for ${formatNumberForSentence(measuredBytes)} measured bytes: ${formatNumberForSentence(each)} bytes each.`
}
