import { expect, it } from 'vitest'
import { areNeighborsServedByOthers, mayInstanceHaveBeenScaledIn } from './scaled-in.ts'

const MINUTE = 60_000
const session = (localAddress: string, neighbor: string, isUp = true) => ({
  localAddress,
  neighbor,
  isUp,
  isSilent: false,
})
const silent = (localAddress: string, neighbor: string) => ({ ...session(localAddress, neighbor), isSilent: true })
const left = { earliest: 51 * MINUTE, latest: 52 * MINUTE }
const units = (now: number) => [
  { at: 45 * MINUTE, units: 3 },
  { at: 55 * MINUTE, units: now },
]
const facts = {
  scales: true,
  addresses: ['10.0.0.1', '10.0.0.2'],
  sessions: [
    session('10.0.0.1', 'a'),
    session('10.0.0.1', 'b'),
    session('10.0.0.2', 'a'),
    silent('10.0.0.3', 'a'),
    silent('10.0.0.3', 'b'),
  ],
  units: units(2),
}

it('an instance may have gone by scaling in while two others carry its neighbors and the units fell', () => {
  expect(mayInstanceHaveBeenScaledIn('10.0.0.3', facts, left)).toBe(true)
})

it.each([
  ['the units are not reported yet', { units: [] }, true],
  ['the units stayed', { units: units(3) }, false],
  ['the gateway does not scale', { scales: false }, false],
  ['the configuration names the instance', { addresses: ['10.0.0.3'] }, false],
  ['only one other instance carries', { sessions: [...facts.sessions.slice(0, 2), silent('10.0.0.3', 'a')] }, false],
  [
    'one of the two others is silent itself',
    { sessions: [...facts.sessions.slice(0, 2), silent('10.0.0.2', 'a'), silent('10.0.0.3', 'a')] },
    false,
  ],
  ['no other instance carries one of its neighbors', { sessions: [...facts.sessions, silent('10.0.0.3', 'c')] }, false],
])('where %s: %j', (_, part, expected) => {
  expect(mayInstanceHaveBeenScaledIn('10.0.0.3', { ...facts, ...part }, left)).toBe(expected)
})

it('others carry one neighbor, or all that an instance had', () => {
  const sessions = [session('1', 'a'), session('1', 'b', false), session('2', 'a'), session('2', 'b')]
  expect(areNeighborsServedByOthers(sessions, '2', 'a')).toBe(true)
  expect(areNeighborsServedByOthers(sessions, '2', null)).toBe(false)
  expect(areNeighborsServedByOthers(sessions, '3', null)).toBe(false)
})
