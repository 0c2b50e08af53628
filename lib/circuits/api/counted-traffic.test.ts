import { expect, it } from 'vitest'
import { countedTraffic } from './counted-traffic.ts'

const moving = { layers: { traffic: 'moving' }, bitsInPerSecond: 2e6, bitsOutPerSecond: 5e6 } as const
const quiet = { layers: { traffic: 'quiet' }, bitsInPerSecond: 0, bitsOutPerSecond: 0 } as const

it.each([
  ['down, with bytes', { state: 'down', ...moving }, 'counters still move, reason unknown'],
  ['down and quiet', { state: 'down', ...quiet }, null],
  ['up', { state: 'up', ...moving }, null],
] as const)('a path that is %s', (_, path, words) => {
  expect(countedTraffic(path)).toBe(words)
})
