import { expect, it } from 'vitest'
import { findFurtherProblemsHref } from './further-problems.ts'

const known = { called: 'both paths up', at: '2026-11-20T10:00:00.000Z' }

it.each([
  ['the incidents if every problem has one', [{ incidentId: 'i1' }, { incidentId: 'i2' }], '/incidents'],
  ['the list on home if a problem has no incident', [{ incidentId: 'i1' }, { incidentId: null }], '#incidents-now'],
  ['the incidents if only a last known state has none', [{ incidentId: null, lastKnown: known }], '/incidents'],
])('further problems of the headline link to %s', (_, problems, href) => {
  expect(findFurtherProblemsHref(problems)).toBe(href)
})
