import type { EpochMs } from '#lib/contract/index.ts'
import type { TimeInterval } from '#lib/contract/time/time-spans.ts'
import type { CircuitPriceInput } from '../prices/map-circuit.ts'
import type { PriceOverride } from '../prices/overrides.ts'
import type { PriceSheet } from '../prices/price-sheet.ts'
import type { UsageInput } from '../usage/billed-usage.ts'
import type { GigabyteSize } from '../usage/gigabyte.ts'
import type { BillingMonth, BillingMonthStart } from '../usage/month.ts'
import type { FailoverTraffic } from './failover-traffic.ts'
import type { CircuitTrafficFigures } from './projected-traffic.ts'

/** An interval in which a circuit's tier, plan and bandwidth were unchanged. */
export interface UnchangedConfigurationInterval {
  from: EpochMs
  /**
   * End of the interval; null = the interval is ongoing. For a deleted circuit, the last interval ends when Azure stops
   * charging for the circuit.
   */
  to: EpochMs | null
  facts: CircuitPriceInput
}

/**
 * A time of more than an hour in which a circuit's configuration was not read. It is before the first inventory,
 * between the two inventories before and after a change, or after the last inventory. For this time, it is assumed that
 * the circuit existed and had the configuration of the interval that contains the time. Shorter times do not matter,
 * because charges for a part of a month are computed in hours.
 */
export type UnreadConfigurationTime = TimeInterval

/** All inputs from which the cost of one circuit is projected. */
export interface CircuitProjectionInput {
  circuitId: string
  name: string
  /**
   * Intervals of the circuit's configuration, oldest first and without overlap. There is at least one. The last
   * interval has the current configuration, or the last configuration before the circuit was deleted.
   */
  configured: readonly UnchangedConfigurationInterval[]
  /**
   * Times in which the circuit's configuration was not read, oldest first, without overlap; absent = it was always
   * read.
   */
  unread?: readonly UnreadConfigurationTime[]
  /** Known usage of the circuit, including this month. */
  usage: UsageInput
  /** Traffic of the month if it was already computed; absent = compute it from the usage. */
  traffic?: CircuitTrafficFigures | undefined
  /** Reasons why the circuit cannot have the tier Standard, as texts; null = unknown. */
  premiumNeeds: readonly string[] | null
  /** Whether the circuit's route filter contains communities of Microsoft 365; null = unknown. */
  microsoft365: boolean | null
  /**
   * Bandwidths that the circuit's provider offers, Mbit/s; null = unknown, or the circuit is on a port of the customer
   * (ExpressRoute Direct).
   */
  offeredMbps: readonly number[] | null
  /** Azure regions of the gateways that the circuit is connected to; null = unknown. */
  linkedRegions: readonly string[] | null
  /**
   * Name of the circuit's service provider; null = unknown, or the circuit is on a port of the customer (ExpressRoute
   * Direct).
   */
  provider: string | null
  /** ARM ids of the gateways of Virtual WAN hubs to which the circuit is connected; absent = there are none */
  hubGateways?: readonly string[]
  /** ARM id of the circuit, for the commands of a change. */
  resourceId: string
  /** Traffic that moves to the circuit if something else fails; null = it was not computed. */
  takeOver: FailoverTraffic | null
  /** Whether Global Reach is switched on, even if its bytes are unknown; null = unknown. */
  globalReach: boolean | null
}

/** Inputs that are the same for all circuits of a projection, such as the month, the time, prices and settings. */
export interface CostContext {
  now: EpochMs
  month: BillingMonth
  anchor: BillingMonthStart
  sheet: PriceSheet
  overrides: readonly PriceOverride[]
  gb: GigabyteSize
  limits: AdviceLimits
}

/** Settings that limit recommendations, by the names of the settings. */
interface AdviceLimits {
  /** Maximum share of one path's bandwidth that the traffic of both paths may use. */
  'capacity.n1': number
  /** Minimum saving a month for recommending a change, in the currency of the circuit. */
  'saving.least': number
}
