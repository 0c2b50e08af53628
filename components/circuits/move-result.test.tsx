import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import type { TrafficMove } from '#lib/resilience/api/index.ts'
import { TrafficMoveResult } from './move-result.tsx'

const hindrance = (n: number): TrafficMove['hindrances'][number] => ({
  kind: 'static_vpn',
  scope: 'vpngw',
  scopeName: 'vpngw',
  prefixes: [],
  count: 1,
  text: `Hindrance ${n}.`,
})
const textOf = (own: Partial<TrafficMove>) =>
  renderToStaticMarkup(
    <TrafficMoveResult
      move={{ verdict: 'partly', to: [], evidence: ['tables'], hindrances: [], sentence: 'Moves partly', ...own }}
    />,
  )
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()

it('shows the verdict and the hindrances with their kinds', () => {
  expect(textOf({ hindrances: [hindrance(1)] })).toBe('Moves partly Static VPN route: Hindrance 1.')
})

it('counts the hindrances that it does not show', () => {
  const all = Array.from({ length: 7 }, (_, n) => hindrance(n))
  expect(textOf({ hindrances: all })).toMatch(/Hindrance 4\. 2 more hindrances$/)
})

it('shows nothing of an unknown verdict without hindrances', () => {
  expect(textOf({ verdict: 'unknown' })).toBe('')
})
