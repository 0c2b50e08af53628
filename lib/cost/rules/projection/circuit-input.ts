import type { EpochMs } from '#lib/contract/index.ts'
import type { TimeSpan } from '#lib/contract/time/spans.ts'
import type { PricedCircuitFacts } from '../prices/map-circuit.ts'
import type { Override } from '../prices/overrides.ts'
import type { PriceSheet } from '../prices/sheet.ts'
import type { UsageFacts } from '../usage/billed.ts'
import type { Gigabyte } from '../usage/gigabyte.ts'
import type { BillingMonth, MonthAnchor } from '../usage/month.ts'
import type { TakeOver } from './take-over.ts'
import type { Traffic } from './traffic.ts'

/** A time in which a circuit's tier, family and bandwidth stayed the same. */
export interface ConfiguredInterval {
  from: EpochMs
  /** null = it goes on; the last interval of a circuit that was deleted ends when its charge does */
  to: EpochMs | null
  facts: PricedCircuitFacts
}

/**
 * A time of over an hour, the measure of a month's parts, in which nobody read how a circuit was sold: before the first list, or between
 * the lists around a change. It is taken to have been there, as the interval says that the time lies in.
 */
export type UnreadTime = TimeSpan

/** All that a circuit's projection is made from. */
export interface CircuitInput {
  circuitId: string
  name: string
  /** oldest first, without overlap; at least one. The last is what the circuit is now, or was before it was deleted */
  configured: readonly ConfiguredInterval[]
  /** oldest first, without overlap; absent = none */
  unread?: readonly UnreadTime[]
  /** as long back as is known, this month's included */
  usage: UsageFacts
  /** the usage of the frame's month, where it was computed before; computed again when not given */
  traffic?: Traffic | undefined
  /** what uses Premium beyond Standard's limits, in plain words; null = not known */
  premiumNeeds: readonly string[] | null
  /** its Microsoft peering's route filter has communities of Microsoft 365; null = not known */
  microsoft365: boolean | null
  /** bandwidths that its provider sells, Mbit/s; null = not known, or on a port of the customer's */
  offeredMbps: readonly number[] | null
  /** regions of the networks that it is linked to; null = not known */
  linkedRegions: readonly string[] | null
  /** its service provider's name; null = on a port of the customer's, or not known */
  provider: string | null
  /** ARM ids of the gateways of hubs that it is connected to; absent = none */
  hubGateways?: readonly string[]
  /** its ARM id, for commands */
  resourceId: string
  /** what it must take over when something else is lost; null = not worked out */
  takeOver: TakeOver | null
  /** Global Reach is on, whether or not its bytes are known; null = not known */
  globalReach: boolean | null
}

/** What holds for all circuits of one projection. */
export interface CostFrame {
  now: EpochMs
  month: BillingMonth
  anchor: MonthAnchor
  sheet: PriceSheet
  overrides: readonly Override[]
  gb: Gigabyte
  limits: AdviceLimits
}

/** The settings that advice keeps to, by their names. */
interface AdviceLimits {
  /** share of one path that both carry together, above which it is too little */
  'capacity.n1': number
  /** least saving a month that is worth a change, in the circuit's currency */
  'saving.least': number
}
