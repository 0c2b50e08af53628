import { expect, it } from 'vitest'
import { estimateTextWidth } from '../ui/drawing/text-fit.ts'
import { MAP_FONT_SIZES } from './drawing-parts.tsx'
import { formatPathLineStatus } from './drawing-parts.tsx'

const line = {
  status: { tone: 'down' as const, word: 'DOWN', detail: 'last known at 2026-11-30 09:59 UTC' },
  unconfirmedSince: '2026-11-30T09:59:02.000Z',
}

it.each([
  ['that it is last known', 310, 'DOWN, last known'],
  ['only the state', 60, 'DOWN'],
])('a line of the map that is not polled shows %s, if it fits', (_, room, text) => {
  expect(formatPathLineStatus(line, room)).toBe(text)
  expect(estimateTextWidth(text, MAP_FONT_SIZES.small)).toBeLessThanOrEqual(room)
})

it('a line of the map that is polled shows its whole state', () => {
  const status = { tone: 'down' as const, word: 'DOWN', detail: 'BGP Idle' }
  expect(formatPathLineStatus({ status }, 10)).toBe('DOWN (BGP Idle)')
})
