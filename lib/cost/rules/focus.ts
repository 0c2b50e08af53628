import type { CostLine, CostProjection } from '../api/index.ts'
import { Decimal, formatMoneyAmount } from './money.ts'
import { type CsvCell, type CsvColumns, toCsv } from '#lib/contract/csv.ts'

/** The Azure account and subscription to which a projected row would be billed. */
interface FocusAccount {
  billingAccountId: string
  billingAccountName: string | null
  subscriptionId: string
  subscriptionName: string | null
  resourceId: string
}

/** Values that are the same in all rows of a file. */
interface FocusFile {
  asOf: string
  /**
   * Number of circuits of the month that have no row, because their cost is unknown. FOCUS does not allow an empty
   * cost, and a cost of 0 would be wrong.
   */
  missing: number
}

/** Reports whether a circuit has no row in the file, because it has no price or its usage is unknown. */
export const isProjectionMissingInFocus = ({ lines }: CostProjection): boolean => lines.length === 0

interface FocusLine {
  line: CostLine
  projection: CostProjection
  account: FocusAccount
  file: FocusFile
}

/**
 * Columns of a FOCUS 1.2 file. They are the 21 mandatory columns, the conditional columns for which a projection has a
 * value, and Peerwatch's own columns with the prefix `x_`. InvoiceId is left out, because a projection belongs to no
 * invoice.
 * @source FOCUS 1.2, FinOps-Open-Cost-and-Usage-Spec/FOCUS_Spec
 */
const columns = {
  BilledCost: ({ line }) => line.cost.p50.amount,
  BillingAccountId: ({ account }) => account.billingAccountId,
  BillingAccountName: ({ account }) => account.billingAccountName,
  BillingCurrency: ({ line }) => line.cost.p50.currency,
  BillingPeriodEnd: ({ projection }) => plainIso(projection.month.to),
  BillingPeriodStart: ({ projection }) => plainIso(projection.month.from),
  ChargeCategory: () => 'Usage',
  ChargeClass: () => null,
  ChargeDescription: ({ line }) => `Projected: ${line.meter}, ${line.zone}`,
  ChargePeriodEnd: ({ line }) => plainIso(line.to),
  ChargePeriodStart: ({ line }) => plainIso(line.from),
  ContractedCost: ({ line }) => line.cost.p50.amount,
  EffectiveCost: ({ line }) => line.cost.p50.amount,
  InvoiceIssuerName: () => 'Microsoft',
  ListCost: ({ line }) => listCostOf(line),
  PricingQuantity: ({ line }) => line.quantity.p50,
  PricingUnit: ({ line }) => line.unit,
  ProviderName: () => 'Microsoft',
  PublisherName: () => 'Microsoft',
  ServiceCategory: () => 'Networking',
  ServiceName: () => 'Azure ExpressRoute',
  ChargeFrequency: ({ line }) => (line.kind === 'circuit' ? 'Recurring' : 'Usage-Based'),
  ConsumedQuantity: ({ line }) => line.quantity.p50,
  ConsumedUnit: ({ line }) => line.unit,
  ContractedUnitPrice: ({ line }) => line.unitPrice.amount,
  ListUnitPrice: ({ line }) => (line.listUnitPrice ?? line.unitPrice).amount,
  PricingCategory: () => 'Standard',
  ResourceId: ({ account }) => account.resourceId,
  ResourceName: ({ projection }) => projection.name,
  ResourceType: () => 'Microsoft.Network/expressRouteCircuits',
  ServiceSubcategory: () => 'Network Connectivity',
  SkuMeter: ({ line }) => line.meter,
  SubAccountId: ({ account }) => account.subscriptionId,
  SubAccountName: ({ account }) => account.subscriptionName,
  x_PricingZone: ({ line }) => line.zone,
  x_Projection: () => true,
  x_ProjectionAsOf: ({ file }) => plainIso(file.asOf),
  x_P10: ({ line }) => line.cost.p10.amount,
  x_P50: ({ line }) => line.cost.p50.amount,
  x_P90: ({ line }) => line.cost.p90.amount,
  x_CircuitsMissing: ({ file }) => file.missing,
  // true if the configuration of the circuit was assumed for a part of the row's time, because no inventory was read
  // then; the mandatory columns cannot express this
  x_TermsAssumed: ({ line, projection }) =>
    projection.termsUnread.some(({ from, to }) => from < line.to && line.from < to),
} satisfies CsvColumns<FocusLine>
type FocusRow = Record<keyof typeof columns, CsvCell>
export const FOCUS_COLUMNS = Object.keys(columns) as (keyof FocusRow)[]

/**
 * Returns one row for each line of a circuit's projected bill; no rows if the circuit has no price. The end of a period
 * is the begin of the next period, because FOCUS requires exclusive ends.
 */
export function createFocusRows(projection: CostProjection, account: FocusAccount, file: FocusFile): FocusRow[] {
  return projection.lines.map((line) => {
    const cells = Object.entries(columns).map(([name, read]) => [name, read({ line, projection, account, file })])
    return Object.fromEntries(cells)
  })
}

/** Returns the CSV file with rows of any number of projections. */
export const formatFocusCsv = (rows: readonly FocusRow[]): string =>
  toCsv([FOCUS_COLUMNS, ...rows.map((row) => FOCUS_COLUMNS.map((column) => row[column]))])

/**
 * Returns the cost of a line at the list price. If the list has no price for the line, or only a price in another
 * currency, an override set the price. The cost at this price is then returned, because the column must not be empty.
 */
function listCostOf({ cost, listUnitPrice, quantity }: CostLine): string {
  return listUnitPrice
    ? formatMoneyAmount(new Decimal(listUnitPrice.amount).times(quantity.p50), listUnitPrice.currency).amount
    : cost.p50.amount
}

/** Formats a time as FOCUS requires it: whole seconds, with Z. */
const plainIso = (instant: string): string => instant.replace(/\.\d+Z$/, 'Z')
