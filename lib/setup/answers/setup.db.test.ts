import { expect, it } from 'vitest'
import { endpoints } from '#lib/api/index.ts'
import { setupResult } from '#lib/contract/index.ts'
import { saveSetupReport } from '../store/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getSetup } from './setup.ts'

const db = withTestDatabase()
const NOW = Date.parse('2026-11-18T12:00:00Z')

it('before the first report there are no checks, and the role is there', async () => {
  const { data } = await getSetup(db, [], null, NOW)
  expect(data.checkedAt).toBeNull()
  expect(data.checks).toEqual([])
  expect(data.role.Actions).toContain('Microsoft.Network/expressRouteCircuits/read')
})

it('the last report is shown in the order of the checks, with their words, and fits the contract', async () => {
  const results = [setupResult('arm', 'fail', 'no DNS'), setupResult('node', 'pass', 'Node 24.')]
  await saveSetupReport(db.pool, { at: NOW - 1_000, results: [setupResult('node', 'fail', 'former')] })
  await saveSetupReport(db.pool, { at: NOW, results })
  const answer = await getSetup(db, ['s1'], null, NOW)
  expect(endpoints.setup.response.parse(answer)).toEqual(answer)
  expect(answer.data.checkedAt).toBe('2026-11-18T12:00:00.000Z')
  expect(answer.data.checks.map(({ id, title, state }) => [id, title, state])).toEqual([
    ['node', 'Node', 'pass'],
    ['arm', 'Azure Resource Manager', 'fail'],
  ])
  expect(answer.data.role.AssignableScopes).toEqual(['/subscriptions/s1'])
})

it('a check that this version does not know is left out', async () => {
  const unknown = { ...setupResult('node', 'pass', ''), id: 'oracle' as 'node' }
  await saveSetupReport(db.pool, { at: NOW, results: [unknown] })
  expect((await getSetup(db, [], null, NOW)).data.checks).toEqual([])
})
