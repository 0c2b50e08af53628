import { expect, it } from 'vitest'
import { expectSamePast } from './testing/same-past.ts'
import { scenarioWithAllEventKinds } from './testing.ts'

it('a past of which few polls are asked is the past of which all are, whatever happens', async () => {
  const past = await expectSamePast(scenarioWithAllEventKinds, 150)
  // the comparison is useful only if something happened
  expect(past.sessionIntervals.length).toBeGreaterThan(10)
  expect(past.routes.length).toBeGreaterThan(40)
  expect(past.events.length).toBeGreaterThan(6)
  expect(past.resources.length).toBeGreaterThan(6)
  expect(past.activity.length).toBeGreaterThan(3)
  expect(past.outcomes).toEqual(['incomplete', 'ok', 'unavailable'])
})
