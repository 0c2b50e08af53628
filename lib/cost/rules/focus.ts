import type { CostLine, CostProjection } from '../api/index.ts'
import { Decimal, moneyOf } from './money.ts'
import { type Cell, type CsvColumns, toCsv } from '#lib/contract/csv.ts'

/** The account to which a projected row would be billed. */
interface FocusAccount {
  billingAccountId: string
  billingAccountName: string | null
  subscriptionId: string
  subscriptionName: string | null
  resourceId: string
}

/** Values that all rows of a file share. */
interface FocusFile {
  asOf: string
  /**
   * number of circuits of the month without a row. FOCUS forbids a cost of null, and an unknown cost must not be
   * written as 0
   */
  missing: number
}

/** Reports whether a circuit has no row, because it has no price or too little usage is known. */
export const isMissingInFocus = ({ lines }: CostProjection): boolean => lines.length === 0

interface FocusLine {
  line: CostLine
  projection: CostProjection
  account: FocusAccount
  file: FocusFile
}

/**
 * Columns of FOCUS 1.2: the 21 mandatory columns, the conditional columns that a projection can fill, and our own
 * columns with the prefix `x_`. InvoiceId is left out, because a projection does not belong to an invoice.
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
  // true if the circuit's terms were not read in part of the time; it has its own column because the mandatory columns
  // cannot express it
  x_TermsAssumed: ({ line, projection }) =>
    projection.termsUnread.some(({ from, to }) => from < line.to && line.from < to),
} satisfies CsvColumns<FocusLine>
type FocusRow = Record<keyof typeof columns, Cell>
export const FOCUS_COLUMNS = Object.keys(columns) as (keyof FocusRow)[]

/**
 * Returns a row for each line of a projection. An unpriced circuit has no row. The end of a period is the begin of the
 * next period.
 */
export function focusRows(projection: CostProjection, account: FocusAccount, file: FocusFile): FocusRow[] {
  return projection.lines.map((line) => {
    const cells = Object.entries(columns).map(([name, read]) => [name, read({ line, projection, account, file })])
    return Object.fromEntries(cells)
  })
}

/** Returns the CSV file with rows of any number of projections. */
export const focusCsv = (rows: readonly FocusRow[]): string =>
  toCsv([FOCUS_COLUMNS, ...rows.map((row) => FOCUS_COLUMNS.map((column) => row[column]))])

/**
 * Returns the cost at list prices. If the meter is not listed or in another currency, returns the cost at the
 * override's price, because the column must not be empty.
 */
function listCostOf({ cost, listUnitPrice, quantity }: CostLine): string {
  return listUnitPrice
    ? moneyOf(new Decimal(listUnitPrice.amount).times(quantity.p50), listUnitPrice.currency).amount
    : cost.p50.amount
}

/** Formats an instant as FOCUS requires: whole seconds with a Z. */
const plainIso = (instant: string): string => instant.replace(/\.\d+Z$/, 'Z')
