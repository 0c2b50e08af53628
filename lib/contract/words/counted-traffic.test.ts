import { expect, it } from 'vitest'
import { countedTraffic } from './counted-traffic.ts'

const peering = (peeringType: string, state = 'Enabled') => ({ peeringType, state })
const own = peering('AzurePrivatePeering')
const both = [own, peering('MicrosoftPeering')]
const moving = { layers: { traffic: 'moving' }, bitsInPerSecond: 2e6, bitsOutPerSecond: 5e6 } as const
const quiet = { layers: { traffic: 'quiet' }, bitsInPerSecond: 0, bitsOutPerSecond: 0 } as const

it.each([
  ['down, with Microsoft peering beside it', { state: 'down', ...moving }, both, 'includes Microsoft peering'],
  [
    'down, with Microsoft peering disabled',
    { state: 'down', ...moving },
    [own, peering('MicrosoftPeering', 'Disabled')],
    'counters still move, reason unknown',
  ],
  ['down, without another peering', { state: 'down', ...moving }, [own], 'counters still move, reason unknown'],
  ['down and quiet', { state: 'down', ...quiet }, both, null],
  ['up', { state: 'up', ...moving }, both, null],
] as const)('a path that is %s', (_, path, peerings, words) => {
  expect(countedTraffic(path, { peerings })).toBe(words)
})
