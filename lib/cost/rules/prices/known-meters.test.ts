import { expect, it } from 'vitest'
import { findSimilarMeter } from './known-meters.ts'
import { loadShippedPrices } from './shipped-prices.ts'

it.each([
  ['Standard Metered Data 1 Gbps Circuit', null],
  // available from Azure, but not in a shipped list
  ['Route Server', null],
  ['VpnGw2AZ', null],
  ['Standard Metered Data 1 Gbps Circiut', 'Standard Metered Data 1 Gbps Circuit'],
  ['standard metered data 10 gbps circuit', 'Standard Metered Data 10 Gbps Circuit'],
  ['Metered Data Transfer Out', 'Metered Data - Data Transfer Out'],
  ['ErGw1AZ', 'ErGw1AZ Gateway'],
])('%s is misspelt for %s', (name, nearest) => {
  expect(findSimilarMeter(loadShippedPrices(), name)).toBe(nearest)
})
