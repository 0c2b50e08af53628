import { describe, expect, it } from 'vitest'
import { sumCircuitRates } from './carried-rates.ts'
import type { Circuit } from './circuits.ts'
import { formatCounterContradiction } from './counted-traffic.ts'

const moving = { layers: { traffic: 'moving' }, bitsInPerSecond: 2e6, bitsOutPerSecond: 5e6 } as const
const quiet = { layers: { traffic: 'quiet' }, bitsInPerSecond: 0, bitsOutPerSecond: 0 } as const

it.each([
  ['down, with bytes', { state: 'down', ...moving }, 'counters still move, reason unknown'],
  ['down and quiet', { state: 'down', ...quiet }, null],
  ['up', { state: 'up', ...moving }, null],
] as const)('a path that is %s', (_, path, words) => {
  expect(formatCounterContradiction(path)).toBe(words)
})

describe('a circuit with both peerings', () => {
  const privately = { bitsInPerSecond: 2e6, bitsOutPerSecond: 5e6, state: 'up' }
  const allPeerings = { bitsInPerSecond: 3e6, bitsOutPerSecond: 9e6 }
  const only = 'private peering'
  it.each([
    ['counted together', [allPeerings, allPeerings], { toAzure: 6e6, fromAzure: 18e6, only: null }],
    ['not counted together', [null, null], { toAzure: 4e6, fromAzure: 10e6, only }],
    ['counted together on one path', [allPeerings, null], { toAzure: 4e6, fromAzure: 10e6, only }],
    ['that has this peering alone', [undefined, undefined], { toAzure: 4e6, fromAzure: 10e6, only: null }],
  ] as const)('%s', (_, all, carried) => {
    const paths = all.map((of) => ({ ...privately, allPeerings: of }))
    const peerings = [{ peeringType: 'MicrosoftPeering' }, { peeringType: 'AzurePrivatePeering' }]
    expect(sumCircuitRates({ paths, peerings } as unknown as Circuit)).toEqual(carried)
  })
})
