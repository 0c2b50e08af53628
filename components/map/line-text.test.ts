import { expect, it } from 'vitest'
import { estimateTextWidth } from '../ui/drawing/text-fit.ts'
import { MAP_FONT_SIZES } from './drawing-parts.tsx'
import { formatPathLineStatus } from './drawing-parts.tsx'

const NOW = Date.parse('2026-11-30T10:00:24Z')
const line = {
  status: { tone: 'down' as const, word: 'DOWN', detail: 'last known at 2026-11-30 09:59 UTC' },
  unconfirmedSince: '2026-11-30T09:59:02.000Z',
}

it.each([
  ['the time', 310, NOW, 'UTC', 'DOWN, last known at 09:59 UTC'],
  ['the time of a zone that the page shows', 197, NOW, 'UTC', 'DOWN, last known at 09:59'],
  ['no time without its zone', 197, NOW, 'Europe/Zurich', 'DOWN, last known'],
  ['the date of an earlier day', 310, NOW + 86_400_000, 'UTC', 'DOWN, last known at 2026-11-30 09:59 UTC'],
  ['no time of an earlier day without its date', 197, NOW + 86_400_000, 'UTC', 'DOWN, last known'],
  ['only the state', 60, NOW, 'UTC', 'DOWN'],
])('a line of the map that is not polled shows %s, if it fits', (_, room, now, zone, text) => {
  expect(formatPathLineStatus(line, { room, now, zone })).toBe(text)
  expect(estimateTextWidth(text, MAP_FONT_SIZES.small)).toBeLessThanOrEqual(room)
})

it('a line of the map with a last known state has the time of the last poll, too', () => {
  const known = { ...line, status: { tone: 'unknown' as const, word: 'UP' } }
  expect(formatPathLineStatus(known, { room: 310, now: NOW, zone: 'UTC' })).toBe('UP, last known at 09:59 UTC')
  expect(formatPathLineStatus(known, { room: 100, now: NOW, zone: 'UTC' })).toBe('UP, last known')
})

it('a line of the map that is polled shows its whole state', () => {
  const status = { tone: 'down' as const, word: 'DOWN', detail: 'BGP Idle' }
  expect(formatPathLineStatus({ status }, { room: 10, now: NOW, zone: 'UTC' })).toBe('DOWN (BGP Idle)')
})
