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

/** A time in which a circuit's tier, family and bandwidth were unchanged. */
export interface ConfiguredInterval {
  from: EpochMs
  /** end of the interval; null = ongoing; the last interval of a deleted circuit ends with its charge */
  to: EpochMs | null
  facts: PricedCircuitFacts
}

/**
 * A time of over an hour in which the circuit's terms were not read: before the first inventory, or between the
 * inventories around a change. An hour is the unit of partial months. The circuit is assumed to have existed, with the
 * terms of the interval that contains the time.
 */
export type UnreadTime = TimeSpan

/** Inputs of a circuit's projection. */
export interface CircuitInput {
  circuitId: string
  name: string
  /** oldest first, without overlap, at least one. The last is the current configuration, or the last before deletion */
  configured: readonly ConfiguredInterval[]
  /**
   * times in which the circuit's terms were not read, oldest first, without overlap; absent = the terms were read for
   * the whole time
   */
  unread?: readonly UnreadTime[]
  /** usage in all known history, including this month */
  usage: UsageFacts
  /** the usage of the frame's month if it was computed before; computed again if absent */
  traffic?: Traffic | undefined
  /** reasons why the circuit exceeds Standard's limits, in plain words; null = unknown */
  premiumNeeds: readonly string[] | null
  /** whether the route filter of its Microsoft peering has communities of Microsoft 365; null = unknown */
  microsoft365: boolean | null
  /**
   * bandwidths that its provider offers, Mbit/s; null = unknown, or the circuit is on a port of the customer
   * (ExpressRoute Direct)
   */
  offeredMbps: readonly number[] | null
  /** regions of the networks that it is linked to; null = unknown */
  linkedRegions: readonly string[] | null
  /** name of its service provider; null = unknown, or the circuit is on a port of the customer (ExpressRoute Direct) */
  provider: string | null
  /** ARM ids of the hub gateways that it is connected to; absent = it is not connected to a hub */
  hubGateways?: readonly string[]
  /** ARM id of the circuit, for commands */
  resourceId: string
  /** traffic that it must take over after a loss; null = not computed */
  takeOver: TakeOver | null
  /** whether Global Reach is on, regardless of known bytes; null = unknown */
  globalReach: boolean | null
}

/** Inputs shared by all circuits of a projection. */
export interface CostFrame {
  now: EpochMs
  month: BillingMonth
  anchor: MonthAnchor
  sheet: PriceSheet
  overrides: readonly Override[]
  gb: Gigabyte
  limits: AdviceLimits
}

/** Settings that limit recommendations, by their names. */
interface AdviceLimits {
  /** maximum share of one path for the traffic of both paths */
  'capacity.n1': number
  /** minimum saving a month for which a change is recommended, in the circuit's currency */
  'saving.least': number
}
