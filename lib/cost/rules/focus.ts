import type { CostLine, CostProjection } from '../api/index.ts'
import { Decimal, moneyOf } from './money.ts'
import { type Cell, toCsv } from '#lib/contract/csv.ts'

/** Who a projected row would be billed to. */
interface FocusAccount {
  billingAccountId: string
  billingAccountName: string | null
  subscriptionId: string
  subscriptionName: string | null
  resourceId: string
}

/**
 * Columns of FOCUS 1.2: the 21 mandatory ones, conditional ones that a projection can fill, and our own with `x_`. It has no InvoiceId:
 * a projection is no bill.
 * @source FOCUS 1.2, FinOps-Open-Cost-and-Usage-Spec/FOCUS_Spec
 */
export const FOCUS_COLUMNS = [
  'BilledCost',
  'BillingAccountId',
  'BillingAccountName',
  'BillingCurrency',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ChargeCategory',
  'ChargeClass',
  'ChargeDescription',
  'ChargePeriodEnd',
  'ChargePeriodStart',
  'ContractedCost',
  'EffectiveCost',
  'InvoiceIssuerName',
  'ListCost',
  'PricingQuantity',
  'PricingUnit',
  'ProviderName',
  'PublisherName',
  'ServiceCategory',
  'ServiceName',
  'ChargeFrequency',
  'ConsumedQuantity',
  'ConsumedUnit',
  'ContractedUnitPrice',
  'ListUnitPrice',
  'PricingCategory',
  'ResourceId',
  'ResourceName',
  'ResourceType',
  'ServiceSubcategory',
  'SkuMeter',
  'SubAccountId',
  'SubAccountName',
  'x_PricingZone',
  'x_Projection',
  'x_ProjectionAsOf',
  'x_P10',
  'x_P50',
  'x_P90',
  'x_CircuitsMissing',
  'x_TermsAssumed',
] as const
type FocusRow = Record<(typeof FOCUS_COLUMNS)[number], Cell>

/** What stands in every row of a file. */
interface FocusFile {
  asOf: string
  /** circuits of the month without a row: FOCUS forbids a cost of null, and a cost that is not known is no 0 */
  missing: number
}

/** Whether a circuit has no row: it has no price, or too little is known for a figure. */
export const isMissingInFocus = ({ lines }: CostProjection): boolean => lines.length === 0

/** A row for each line of a projection. An unpriced circuit has none. Periods end where the next begins. */
export function focusRows(projection: CostProjection, account: FocusAccount, file: FocusFile): FocusRow[] {
  return projection.lines.map((line) => rowOf(line, projection, account, file))
}

/** The file: rows of any number of projections. */
export const focusCsv = (rows: readonly FocusRow[]): string =>
  toCsv(
    FOCUS_COLUMNS,
    rows.map((row) => FOCUS_COLUMNS.map((column) => row[column])),
  )

function rowOf(
  line: CostLine,
  { name, month, termsUnread }: CostProjection,
  account: FocusAccount,
  { asOf, missing }: FocusFile,
): FocusRow {
  const cost = line.cost.p50.amount
  const isPort = line.kind === 'circuit'
  return {
    BilledCost: cost,
    BillingAccountId: account.billingAccountId,
    BillingAccountName: account.billingAccountName,
    BillingCurrency: line.cost.p50.currency,
    BillingPeriodEnd: plainIso(month.to),
    BillingPeriodStart: plainIso(month.from),
    ChargeCategory: 'Usage',
    ChargeClass: null,
    ChargeDescription: `Projected: ${line.meter}, ${line.zone}`,
    ChargePeriodEnd: plainIso(line.to),
    ChargePeriodStart: plainIso(line.from),
    ContractedCost: cost,
    EffectiveCost: cost,
    InvoiceIssuerName: 'Microsoft',
    ListCost: listCostOf(line),
    PricingQuantity: line.quantity.p50,
    PricingUnit: line.unit,
    ProviderName: 'Microsoft',
    PublisherName: 'Microsoft',
    ServiceCategory: 'Networking',
    ServiceName: 'Azure ExpressRoute',
    ChargeFrequency: isPort ? 'Recurring' : 'Usage-Based',
    ConsumedQuantity: line.quantity.p50,
    ConsumedUnit: line.unit,
    ContractedUnitPrice: line.unitPrice.amount,
    ListUnitPrice: (line.listUnitPrice ?? line.unitPrice).amount,
    PricingCategory: 'Standard',
    ResourceId: account.resourceId,
    ResourceName: name,
    ResourceType: 'Microsoft.Network/expressRouteCircuits',
    ServiceSubcategory: 'Network Connectivity',
    SkuMeter: line.meter,
    SubAccountId: account.subscriptionId,
    SubAccountName: account.subscriptionName,
    x_PricingZone: line.zone,
    x_Projection: true,
    x_ProjectionAsOf: plainIso(asOf),
    x_P10: line.cost.p10.amount,
    x_P50: line.cost.p50.amount,
    x_P90: line.cost.p90.amount,
    x_CircuitsMissing: missing,
    // nobody read in part of the time how it was sold: its own column, because a projection is nowhere a bill
    x_TermsAssumed: termsUnread.some(({ from, to }) => from < line.to && line.from < to),
  }
}

/** At list prices. What is in no list, or in another currency, is at the override's price: the column may not be empty. */
function listCostOf({ cost, listUnitPrice, quantity }: CostLine): string {
  return listUnitPrice
    ? moneyOf(new Decimal(listUnitPrice.amount).times(quantity.p50), listUnitPrice.currency).amount
    : cost.p50.amount
}

/** FOCUS writes whole seconds with a Z. */
const plainIso = (instant: string): string => instant.replace(/\.\d+Z$/, 'Z')
