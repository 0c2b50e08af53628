import { expect, it } from 'vitest'
import { getLastNightMoment } from '../format/last-night.ts'
import { testIncident } from '../incidents/testing.ts'
import { listThingsToTry } from './try-items.ts'

it.each([
  ['2026-11-20T03:12:00.000Z', '2026-11-20T03:12:00.000Z'],
  ['2026-11-20T03:11:59.999Z', '2026-11-19T03:12:00.000Z'],
  ['2026-03-01T01:00:00.000Z', '2026-02-28T03:12:00.000Z'],
])('at %s the last 03:12 was %s', (now, night) => {
  expect(new Date(getLastNightMoment(Date.parse(now))).toISOString()).toBe(night)
})

const night = '2026-11-20T03:12:00.000Z'
const circuits = [
  { id: 'b', name: 'erc-london' },
  { id: 'a', name: 'erc-amsterdam' },
]

it('the demo offers a look-up of last night, a simulation and a fault', () => {
  expect(listThingsToTry(true, circuits, false, night, [])).toEqual([
    { text: 'Which path did 10.10.4.7 take at 03:12?', href: expect.stringContaining('ip=10.10.4.7&at=2026-11-20') },
    { text: 'Simulate the failure of erc-amsterdam', href: '/resilience?tab=what-if&lose=a' },
    { text: 'Cut a path on the control page', href: null },
  ])
  expect(listThingsToTry(true, [], true, night, [])).toHaveLength(2)
})

it('an own estate offers the first settings until sites are declared', () => {
  expect(listThingsToTry(false, circuits, false, night, []).map(({ href }) => href)).toEqual([
    '/settings/notifications',
    '/settings/declarations',
    '/routes',
  ])
  expect(listThingsToTry(false, circuits, true, night, [])).toEqual([])
})

it('nothing is offered while an incident is ongoing', () => {
  const ongoing = testIncident({ state: 'open', endedBetween: null })
  expect(listThingsToTry(true, circuits, false, night, [ongoing])).toEqual([])
  expect(listThingsToTry(true, circuits, false, night, [testIncident({ state: 'open' })])).toHaveLength(3)
})
