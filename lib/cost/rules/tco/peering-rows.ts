import type { TcoRow } from '../../api/index.ts'
import { formatNumberForSentence, formatMoneyAmount, formatUnitPrice } from '../money.ts'
import { computeNetworkPeeringPrice } from '../prices/gateway-meters.ts'
import type { PriceMeter, PriceSheet } from '../prices/price-sheet.ts'
import { convertBytesToGb } from '../usage/gigabyte.ts'

/**
 * The side of a peering that Azure charges. If one network uses the gateway of the other (gateway transit), it is the
 * network that uses the gateway.
 */
export interface TcoPeering {
  resourceId: string
  name: string
  customer: string
  circuitId: string | null
  isGlobal: boolean
  /** Azure region of the charged network; empty = unknown. */
  region: string
  /** Zone of the price of peering, which is not the zone of a circuit's price; null = unknown. */
  zone: string | null
  /** Bytes that passed the peering in each direction; null = not measured. */
  bytesIn: bigint | null
  bytesOut: bigint | null
  /**
   * Bytes of the circuits that are reached over the peering, as the maximum for the bytes of the peering; null =
   * unknown.
   */
  atMostIn: bigint | null
  atMostOut: bigint | null
}

/**
 * Returns two cost rows for the charged side of a peering, one for each direction. If the bytes of the peering were not
 * measured, the rows have no cost, and their notes contain the maximum.
 */
export function createPeeringRows(peering: TcoPeering, sheet: PriceSheet, gb: number): TcoRow[] {
  const { resourceId, name, customer, circuitId } = peering
  const pricing = computeNetworkPeeringPrice(sheet, peering)
  return (['in', 'out'] as const).map((direction) => {
    const [bytes, atMost] =
      direction === 'in' ? [peering.bytesIn, peering.atMostIn] : [peering.bytesOut, peering.atMostOut]
    const quantity = bytes === null ? null : convertBytesToGb(bytes, gb)
    const meter = pricing.ok ? pricing.price[direction] : null
    return {
      resourceId,
      name,
      customer,
      circuitId,
      kind: direction === 'in' ? 'vnet_peering_in' : 'vnet_peering_out',
      quantity: quantity?.toDecimalPlaces(9).toFixed() ?? null,
      unit: 'GB',
      unitPrice: meter ? formatUnitPrice(meter.price, meter.currency) : null,
      cost: meter && quantity ? formatMoneyAmount(meter.price.times(quantity), meter.currency) : null,
      note: meter ? noteOf(meter, quantity !== null, atMost, gb) : pricing.ok ? '' : pricing.why,
    }
  })
}

function noteOf(meter: PriceMeter, isMeasured: boolean, atMost: bigint | null, gb: number): string {
  const words = [meter.name, meter.applied?.words].filter(Boolean).join('; ')
  if (isMeasured) return words
  if (atMost === null) return `${words}; its bytes are not polled`
  const { amount, currency } = formatMoneyAmount(meter.price.times(convertBytesToGb(atMost, gb)), meter.currency)
  return `${words}; its bytes are not polled; at most the bytes of the circuits: ${formatNumberForSentence(convertBytesToGb(atMost, gb))} GB, ${amount} ${currency}`
}
