import { expect, it } from 'vitest'
import type { FailoverTestExplainingLosses } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readFailoverTests, saveFailoverTests } from './failover-tests.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)

const createTest = (id: string, scope: string, from: number, to: number | null): FailoverTestExplainingLosses => ({
  id,
  scope,
  location: 'London',
  status: to === null ? 'InProgress' : 'Completed',
  verdict: 'unknown',
  from,
  to,
  circuits: [],
  connections: [],
  path: null,
})

it('a test replaces its earlier report, and tests of other resources and earlier tests stay for a month', async () => {
  await saveFailoverTests(db.pool, 'none', [], T0)
  expect(await readFailoverTests(db.pool)).toEqual([])
  const [running, other] = [
    createTest('one', 'ergw', T0, null),
    createTest('two', 'ckt', T0 - MS_PER_DAY, T0 - MS_PER_DAY + 1),
  ]
  await saveFailoverTests(db.pool, 'ergw', [running], T0)
  await saveFailoverTests(db.pool, 'ckt', [other], T0)
  expect(await readFailoverTests(db.pool)).toEqual([running, other])
  const ended = createTest('one', 'ergw', T0, T0 + 60_000)
  await saveFailoverTests(db.pool, 'ergw', [ended], T0 + 60_000)
  expect(await readFailoverTests(db.pool)).toEqual([other, ended])
  const later = T0 + 31.5 * MS_PER_DAY
  await saveFailoverTests(db.pool, 'ergw', [], later)
  expect(await readFailoverTests(db.pool)).toEqual([ended])
})
