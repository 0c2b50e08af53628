import { expect, it } from 'vitest'
import { findFirstChangeInPastAnswer } from './past.ts'

const instant = (second: number) => `2026-11-27T10:00:0${second}.000Z`
const session = { verdict: 'up', since: [instant(1), instant(5)], prefixes: [1, 2], arp: null }

it.each([
  ['the same answer', session, null],
  ['bounds that overlap', { ...session, since: [instant(2), instant(6)] }, null],
  ['bounds elsewhere', { ...session, since: [instant(6), instant(7)] }, '.since.0'],
  ['a verdict', { ...session, verdict: 'down' }, '.verdict: "up" became "down"'],
  ['an element more', { ...session, prefixes: [1, 2, 3] }, '.prefixes.2'],
  ['a field that is gone', { verdict: 'up' }, '.since'],
  ['a value where there was none', { ...session, arp: {} }, '.arp'],
])('%s', (_, now, place) => {
  const change = findFirstChangeInPastAnswer(session, now)
  if (place === null) expect(change).toBeNull()
  else expect(change).toContain(place)
})

it('bounds that a clock dated which ran off', () => {
  const later = { ...session, since: [instant(6), instant(7)] }
  expect(findFirstChangeInPastAnswer(session, later, 999)).toContain('.since.0')
  expect(findFirstChangeInPastAnswer(session, later, 1_000)).toBeNull()
})
