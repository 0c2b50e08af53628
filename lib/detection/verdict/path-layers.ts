import { type TimestampBounds, type EpochMs, isCustomerArpEntry } from '#lib/contract/index.ts'
import type { SessionVerdict } from './session.ts'

export type LayerState = 'up' | 'down' | 'disabled' | 'unknown'
export type ArpState = 'complete' | 'incomplete' | 'missing' | 'unknown'
export type BgpLayerState = 'up' | 'down' | 'disabled' | 'never_established' | 'unknown'
export type TrafficLayerState = 'moving' | 'quiet' | 'unknown'

/**
 * Rate in bit/s up to which a path counts as having no user traffic. BGP keepalives and BFD at 300 ms make about 2
 * kb/s.
 */
const DEAD_RATE_BITS_PER_SECOND = 8_000

export interface ConfiguredLayers {
  /** `circuitProvisioningState`; null = not reported */
  circuit: string | null
  /** `serviceProviderProvisioningState`; null = not reported, for example on an ExpressRoute Direct circuit */
  provider: string | null
  /** the peering's `state`; null = not reported */
  peering: string | null
}

const isOther = (word: string | null, expected: string) => word !== null && word.toLowerCase() !== expected

/**
 * Returns the state of the provisioning layer. It is `disabled` if the circuit, the provider or the peering is reported
 * as not configured to carry traffic, `unknown` if none of the three is reported, otherwise `up`.
 */
export function judgeProvisioningLayer({ circuit, provider, peering }: ConfiguredLayers): LayerState {
  if (circuit === null && provider === null && peering === null) return 'unknown'
  const off = isOther(circuit, 'enabled') || isOther(provider, 'provisioned') || isOther(peering, 'enabled')
  return off ? 'disabled' : 'up'
}

/**
 * Returns the ARP state of a path from its ARP table. Only the On-Prem row (the customer's router) is used, because the
 * Microsoft row may be missing on healthy hardware.
 * @param rows null = there is no usable poll of the table
 */
export function judgeArpState(rows: readonly { interface: string; macAddress: string | null }[] | null): ArpState {
  if (!rows) return 'unknown'
  const customer = rows.filter(isCustomerArpEntry)
  if (customer.length === 0) return 'missing'
  return customer.some((row) => row.macAddress !== null) ? 'complete' : 'incomplete'
}

/**
 * Reports whether a missing ARP entry proves nothing, because the ARP table may have been polled before the session
 * came up. A session that is up needs an ARP entry, so the entry must exist by now.
 * @param readAt start of the last poll of the ARP table; null = not known
 * @param upSince bounds of the start of the session; null = there is no session
 */
export const isArpOutdated = (
  state: ArpState,
  bgp: BgpLayerState,
  readAt: EpochMs | null,
  upSince: TimestampBounds | null,
): boolean => state !== 'complete' && bgp === 'up' && readAt !== null && upSince !== null && readAt < upSince.latest

/**
 * Returns the MAC address of the customer's router from the rows of an ARP table, as lower-case hex digits without
 * separators; null = no row contains it.
 */
export function findCustomerMac(rows: readonly { interface: string; macAddress: string | null }[]): string | null {
  const reported = rows.find((row) => row.macAddress !== null && isCustomerArpEntry(row))
  return reported?.macAddress?.toLowerCase().replace(/[^0-9a-f]/g, '') || null
}

/** Number of consecutive good polls with an empty ARP table after which it counts as a fault of Microsoft's side. */
const EMPTY_TABLES_TO_DOWN = 3

/**
 * Returns the state of layer 2 from the ARP state. A completely empty ARP table means that Microsoft's side fails to
 * report. Layer 2 is then unknown, or down if the table stays empty for several polls while BGP is down too.
 */
export function judgeArpLayer(
  state: ArpState,
  table: { empty: boolean; emptyPolls: number },
  bgp: BgpLayerState,
): LayerState {
  if (state === 'complete') return 'up'
  if (state === 'unknown') return 'unknown'
  if (!table.empty) return 'down'
  return table.emptyPolls >= EMPTY_TABLES_TO_DOWN && bgp === 'down' ? 'down' : 'unknown'
}

/**
 * Returns the state of layer 3 (the session between the MSEE and the customer's router) from the verdict on the
 * session.
 */
export function judgeBgpLayer(verdict: SessionVerdict): BgpLayerState {
  return verdict === 'not_reported' ? 'unknown' : verdict
}

/**
 * Returns the state of the traffic layer: whether bytes moved between the last two counter samples.
 * @param rates rates in bit/s; null = unknown
 */
export function judgeTrafficLayer(rates: { bitsIn: number | null; bitsOut: number | null }): TrafficLayerState {
  const known = [rates.bitsIn, rates.bitsOut].filter((rate) => rate !== null)
  if (known.some((rate) => rate > DEAD_RATE_BITS_PER_SECOND)) return 'moving'
  return known.length === 2 ? 'quiet' : 'unknown'
}
