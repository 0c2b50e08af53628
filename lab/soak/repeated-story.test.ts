import { expect, it } from 'vitest'
import { parseSimulatorScenario } from '../simulator/index.ts'
import { estateWithStories, momentEarlier } from './repeated-story.ts'

const ORIGIN = Date.UTC(2026, 10, 24)
const happeningsOf = (times: number) => estateWithStories(ORIGIN, times).happenings ?? []

it('counts days from where a moment is', () => {
  expect(['-27d4h', '-22h', '-3d'].map((at) => momentEarlier(at, 35))).toEqual(['-62d4h', '-35d22h', '-38d'])
})

it('has the story once, and each time before what leaves nothing behind', () => {
  const [once, thrice] = [happeningsOf(1), happeningsOf(3)]
  const names = thrice.map(({ id }) => id)
  expect(new Set(names).size).toBe(names.length)
  const outages = thrice.filter(({ id = '' }) => id.startsWith('provider-outage')).map(({ at }) => at)
  expect(outages).toEqual(['-21d7h', '-56d7h', '-91d7h'])
  // a lasting configuration, a stopped machine and future maintenance are not repeated
  for (const id of ['tailspin-upgrade', 'batch-by-night', 'announced-maintenance'])
    expect(thrice.filter((one) => one.id?.startsWith(id))).toHaveLength(1)
  expect((thrice.length - once.length) / 2).toBeGreaterThan(12)
})

it('is a scenario', () => {
  expect(() => parseSimulatorScenario(estateWithStories(ORIGIN, 3))).not.toThrow()
})
