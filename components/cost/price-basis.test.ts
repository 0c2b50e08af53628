import { expect, it } from 'vitest'
import { formatPriceBasis } from './money-text.ts'

it.each([
  [
    'bills that prove a discount which is not used yet',
    {
      data: { state: 'offered', share: 0.08, comparison: 'Azure billed less.', hasOverrides: false },
      hasFailed: false,
    },
    { prices: ', at list prices', bills: 'Azure billed less.' },
  ],
  [
    'a discount in force',
    { data: { state: 'in_force', share: 0.08, comparison: null, hasOverrides: true }, hasFailed: false },
    { prices: ', at 8 % off list prices', bills: null },
  ],
  [
    'no proven discount',
    { data: { state: 'none', share: null, comparison: null, hasOverrides: false }, hasFailed: false },
    { prices: ', at list prices', bills: null },
  ],
  [
    'overrides in force',
    { data: { state: 'none', share: null, comparison: null, hasOverrides: true }, hasFailed: false },
    { prices: ', at list prices and overrides', bills: null },
  ],
  [
    'a comparison that runs',
    { data: undefined, hasFailed: false },
    { prices: '', bills: 'The comparison with the bills is loading' },
  ],
  [
    'a failed comparison',
    { data: undefined, hasFailed: true },
    { prices: '', bills: 'The comparison with the bills could not be loaded. Load the page again.' },
  ],
] as const)('the amounts state their prices: %s', (_, { data, hasFailed }, expected) => {
  expect(formatPriceBasis(data, hasFailed)).toEqual(expected)
})
