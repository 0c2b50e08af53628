import { expect, it } from 'vitest'
import type { CostProjection } from '#lib/cost/api/index.ts'
import { capacityAfter } from './capacity.ts'

const circuit = (part: object) =>
  ({
    bandwidthMbps: 1_000,
    busiestHourMbps: 150,
    takesOver: { isUnsure: false, losses: [] },
    recommendation: { action: 'stay', to: null },
    ...part,
  }) as unknown as CostProjection
const to200 = { action: 'switch', to: { bandwidthMbps: 200 } }
const loss = (name: string | null, bits: number | null) => ({ name, atMostBitsPerSecond: bits })
const taking = (...losses: object[]) => ({ isUnsure: false, losses })

it.each([
  ['as it is', {}, { mbps: 150, share: 0.15, when: 'busiest hour of 30 days', isAtLeast: false }],
  ['after a change', { recommendation: to200 }, { share: 0.75 }],
  [
    'what another loss brings is more',
    { recommendation: to200, takesOver: taking(loss('erc-london', 180e6), loss('ergw-hub', 160e6)) },
    { mbps: 180, share: 0.9, when: 'if erc-london fails' },
  ],
  ['a loss that is not to be seen', { takesOver: taking(loss(null, 180e6)) }, { when: 'after another failure' }],
  ['what moves is not known', { takesOver: taking(loss('erc-london', null)) }, { mbps: 150, isAtLeast: true }],
  ['losses were not worked out', { takesOver: null }, { mbps: 150, isAtLeast: true }],
])('one path carries the most of what is known: %s', (_, part, expected) => {
  expect(capacityAfter(circuit(part))).toMatchObject(expected)
})

it.each([
  ['no hour', { busiestHourMbps: null }],
  ['no bandwidth', { bandwidthMbps: null }],
])('nothing is said where %s is known', (_, part) => {
  expect(capacityAfter(circuit(part))).toBeNull()
})
