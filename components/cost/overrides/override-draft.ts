import { formatUtcDay } from '#lib/contract/time/dates.ts'
import type { CostOverrideBody } from '#lib/cost/api/index.ts'

/** Kinds of price override with their labels. */
export const overrideKinds = [
  { value: 'discount', label: 'discount' },
  { value: 'price', label: 'negotiated price' },
  { value: 'provider_l2', label: 'provider’s service' },
  { value: 'cross_connect', label: 'cross-connect' },
  { value: 'colocation', label: 'colocation' },
  { value: 'direct_port', label: 'ExpressRoute Direct port pair' },
  { value: 'global_reach', label: 'Global Reach price' },
  { value: 'global_reach_share', label: 'Global Reach share of bytes' },
  { value: 'zone', label: 'price zone' },
  { value: 'currency', label: 'currency' },
  { value: 'share', label: 'customer’s share' },
] as const
type DraftKind = (typeof overrideKinds)[number]['value']

/**
 * Text fields of the form for a new override with their initial values. `contractEnds`, `from` and `until` are days in
 * UTC.
 */
const emptyTexts = {
  circuitId: '',
  percent: '',
  meterName: '',
  region: '',
  name: '',
  amount: '',
  once: '',
  currency: 'USD',
  zone: 'Zone 1',
  customer: '',
  contractEnds: '',
  from: '',
  until: '',
  why: '',
}
export type OverrideDraft = { kind: DraftKind } & typeof emptyTexts
export const emptyOverrideDraft: OverrideDraft = { kind: 'discount', ...emptyTexts }

export const priceZones = ['Zone 1', 'Zone 2', 'Zone 3', 'Zone 4', 'US Gov Zone 1'] as const

/**
 * Names of meters that Azure's price list does not contain. A price override uses them to set a price for such a meter.
 */
export const unlistedMeters = [
  'VpnGw2AZ',
  'VpnGw3AZ',
  'VpnGw4AZ',
  'VpnGw5AZ',
  'Route Server',
  'ExpressRoute Scale Unit from the 6th on',
  'Inter-Virtual Network Data Transfer Out',
  'Inter-Virtual Network Data Transfer In',
] as const

type DraftField = Exclude<keyof typeof emptyTexts, 'circuitId' | 'from' | 'until' | 'why'>
const charge: { field: DraftField; label: string }[] = [
  { field: 'name', label: 'Name' },
  { field: 'amount', label: 'Per month' },
  { field: 'once', label: 'Once' },
  { field: 'currency', label: 'Currency' },
]
/**
 * Form fields of a charge with a contract. Such a charge must be paid until the contract ends, even if the circuit is
 * deleted earlier.
 */
const contract: typeof charge = [...charge, { field: 'contractEnds', label: 'Contract ends; a past day = none runs' }]
/** Form fields that each kind of override shows. */
export const overrideKindFields: Record<DraftKind, { field: DraftField; label: string }[]> = {
  discount: [
    { field: 'percent', label: 'Percent off' },
    { field: 'meterName', label: 'Meter; none = all' },
  ],
  price: [
    { field: 'meterName', label: 'Meter, as on the bill' },
    { field: 'region', label: 'Zone or region; none = all' },
    { field: 'amount', label: 'Unit price' },
    { field: 'currency', label: 'Currency' },
  ],
  provider_l2: contract,
  cross_connect: contract,
  colocation: charge,
  direct_port: charge,
  global_reach: charge,
  zone: [{ field: 'zone', label: 'Zone' }],
  currency: [
    { field: 'currency', label: 'Currency' },
    { field: 'amount', label: 'Exchange rate per unit of the list currency' },
  ],
  global_reach_share: [{ field: 'percent', label: 'Percent of the bytes out' }],
  share: [
    { field: 'customer', label: 'Customer' },
    { field: 'percent', label: 'Percent' },
  ],
}

/**
 * Reports whether a kind of override is a charge: an item that is not on any price list, with a name and an amount per
 * month or once.
 */
export const isOverrideCharge = (kind: DraftKind): boolean =>
  overrideKindFields[kind] === charge || overrideKindFields[kind] === contract

const formatPercent = (share: number): string => `${Number((share * 100).toFixed(4))} %`

/** Formats a price override: `10 % off all meters`. */
export function formatCostOverride(one: CostOverrideBody): string {
  switch (one.kind) {
    case 'discount':
      return `${formatPercent(one.share)} off ${one.meterName ?? 'all meters'}`
    case 'price':
      return `${one.meterName}${one.region === null ? '' : `, ${one.region},`} at ${one.price} ${one.currency}`
    case 'currency':
      return `list prices in ${one.currency}, at ${one.perUnit}`
    case 'zone':
      return one.zone
    case 'global_reach_share':
      return `${formatPercent(one.share)} of the bytes out belong to Global Reach`
    case 'share':
      return `${formatPercent(one.share)} for ${one.customer}`
    case 'charge':
      return `${one.name} (${chargeLabels[one.charge]}): ${amountWords(one)}${formatContract(one)}`
  }
}

const chargeLabels = {
  provider_l2: 'provider',
  cross_connect: 'cross-connect',
  colocation: 'colocation',
  direct_port: 'ExpressRoute Direct',
  global_reach: 'Global Reach',
}

const formatContract = ({ contractEnds }: Extract<CostOverrideBody, { kind: 'charge' }>): string =>
  contractEnds === null ? '' : `, contract until ${formatUtcDay(contractEnds)}`

function amountWords({ monthly, once, currency }: Extract<CostOverrideBody, { kind: 'charge' }>): string {
  return [monthly && `${monthly} ${currency} a month`, once && `${once} ${currency} once`].filter(Boolean).join(', ')
}
