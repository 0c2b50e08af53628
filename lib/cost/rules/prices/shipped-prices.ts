import page from '../data/retail-prices-2026-09-19.json' with { type: 'json' }
import { parsePriceSheet } from './read-sheet.ts'
import type { PriceSheet } from './price-sheet.ts'

/** Day on which the price list that is shipped with Peerwatch was read. */
export const SHIPPED_PRICES_READ_AT = Date.UTC(2026, 8, 19)

let read: PriceSheet | null = null

/**
 * Returns the price list that is shipped with Peerwatch. It contains list prices in USD, for installations that cannot
 * reach the Retail Prices API.
 */
export function loadShippedPrices(): PriceSheet {
  read ??= load()
  return read
}

function load(): PriceSheet {
  const reading = parsePriceSheet([page], { source: 'snapshot', readAt: SHIPPED_PRICES_READ_AT })
  if (!reading.ok)
    throw new Error(`the shipped price sheet is broken: ${reading.faults.map(({ detail }) => detail).join('; ')}`)
  return reading.sheet
}
