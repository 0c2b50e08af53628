import { expect, it } from 'vitest'
import { formatMapRowStatus, formatPathLineStatus, getStateTextStyle } from './drawing-parts.tsx'

it('a line of the map that is not polled shows that its state is last known, without the time', () => {
  const line = {
    status: { tone: 'down' as const, word: 'DOWN', detail: 'last known at 2026-11-30 09:59 UTC' },
    unconfirmedSince: '2026-11-30T09:59:02.000Z',
  }
  expect(formatPathLineStatus(line)).toBe('DOWN, last known')
})

it('a line of the map that is polled shows its whole state', () => {
  const status = { tone: 'down' as const, word: 'DOWN', detail: 'BGP Idle' }
  expect(formatPathLineStatus({ status })).toBe('DOWN (BGP Idle)')
})

it.each([
  ['up', 'BOTH PATHS UP', 200, 'BOTH PATHS UP'],
  ['up', 'BOTH PATHS UP', 80, 'BOTH UP'],
  ['degraded', 'ONE PATH LEFT', 10, 'ONE PATH LEFT'],
  ['unknown', 'BOTH PATHS UP, last known', 400, 'UP, last known'],
  ['unknown', 'BOTH PATHS UP, last known', 10, 'UP, last known'],
] as const)('a row whose state is %s, %s, with space of %i px shows %s', (tone, word, room, text) => {
  expect(formatMapRowStatus({ tone, word }, room)).toBe(text)
})

it('a last known state is dimmed, but neither an unknown state nor an unconfirmed loss', () => {
  const isBold = (...of: Parameters<typeof getStateTextStyle>) => getStateTextStyle(...of).weight !== undefined
  expect([isBold('unknown', true), isBold('unknown', false), isBold('down', true)]).toEqual([false, true, true])
})
