import { expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import { createSetupResult } from '#lib/contract/index.ts'
import { saveBill, savePriceSheet } from '#lib/cost/store/index.ts'
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
  const results = [createSetupResult('arm', 'fail', 'no DNS'), createSetupResult('node', 'pass', 'Node 24.')]
  await saveSetupReport(db.pool, { at: NOW - 1_000, results: [createSetupResult('node', 'fail', 'former')] })
  await saveSetupReport(db.pool, { at: NOW, results })
  const answer = allApiEndpoints.setup.response.parse(await getSetup(db, ['s1'], null, NOW))
  expect(answer.data.checkedAt).toBe('2026-11-18T12:00:00.000Z')
  expect(answer.data.checks.map(({ id, title, state }) => [id, title, state])).toEqual([
    ['node', 'Node', 'pass'],
    ['arm', 'Azure Resource Manager', 'fail'],
    ['prices', 'Prices and bills', 'skip'],
  ])
  expect(answer.data.role.AssignableScopes).toEqual(['/subscriptions/s1'])
})

it('a check that this version does not know is left out', async () => {
  const unknown = { ...createSetupResult('node', 'pass', ''), id: 'oracle' as 'node' }
  await saveSetupReport(db.pool, { at: NOW, results: [unknown] })
  expect((await getSetup(db, [], null, NOW)).data.checks.map(({ id }) => id)).toEqual(['prices'])
})

it('counts and names the rows of prices and bills that were not used', async () => {
  await saveSetupReport(db.pool, { at: NOW, results: [] })
  const prices = async () => (await getSetup(db, [], null, NOW)).data.checks.find(({ id }) => id === 'prices')
  const list = { currency: 'USD', effectiveAt: NOW, readAt: NOW, meters: [] }
  const leftOut = ['a in b: unit 1/Year is not known', 'c', 'd', 'e'].map((detail) => ({ check: 'unit', detail }))
  await db.transaction((client) =>
    savePriceSheet(client, {
      ...list,
      leftOut,
      oddRows: 40,
      unused: { rows: 512, examples: ['x in y (Reservation)'] },
    }),
  )
  const bill = { subscriptionId: 's1', from: NOW, to: NOW, readAt: NOW, rows: [] }
  await db.transaction((client) => saveBill(client, { ...bill, unread: '2 of 9 rows not read: no day' }))
  expect(await prices()).toMatchObject({
    state: 'warn',
    lines: [
      'Price list, rows that could not be used: 40: a in b: unit 1/Year is not known; c; d',
      'Bill of s1: 2 of 9 rows not read: no day',
      'Price list, rows that no figure uses: 512, for example x in y (Reservation)',
    ],
  })
  await db.transaction((client) => savePriceSheet(client, { ...list, readAt: NOW + 1, oddRows: 0 }))
  await db.transaction((client) => saveBill(client, { ...bill, unread: null }))
  expect(await prices()).toMatchObject({ state: 'pass', lines: [] })
})
