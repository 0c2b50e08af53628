import { beforeAll, expect, it } from 'vitest'
import { allApiCommands } from '#lib/api/index.ts'
import { computeShortId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  CUSTOM_HUB_TABLES_AT as now,
  customHubTableId as tableId,
  hubIds,
  HUB_PREFIXES,
  recordHubWithCustomTables,
} from '#lib/questions/testing/custom-hub-tables.ts'
import { circuitId } from '#lib/questions/testing/record-feed.ts'
import { readPlanRehearsalInput } from './rehearsal.ts'

const db = withTestDatabase()
const { BOTH, LON, AMS } = HUB_PREFIXES

beforeAll(() => recordHubWithCustomTables(db))

it('rehearses each route table of a hub that a network uses, without the routes that are unknown', async () => {
  const body = allApiCommands.readRehearsal.body.parse({ lose: computeShortId(circuitId('lon')) })
  const { data } = await readPlanRehearsalInput(db, body, now)
  const { tables, names } = allApiCommands.readRehearsal.response.shape.data.parse(data)
  const ofHub = tables.filter(({ hub }) => hub !== undefined)
  expect(ofHub.every(({ hub }) => hub === hubIds.vhub)).toBe(true)
  expect(ofHub.map(({ scope, unknown }) => `${names[scope]}: ${unknown?.toSorted().join(' ')}`).toSorted()).toEqual([
    'rt-all of vhub: ',
    'rt-lon of vhub: ',
    `rt-odd of vhub: ${AMS}`,
    `rt-unread of vhub: ${BOTH} ${LON}`,
  ])
  const outcomesIn = (scope: string) =>
    tables.find((table) => table.scope === scope)?.rows.map(({ prefix, outcome }) => `${prefix} ${outcome}`)
  expect(outcomesIn(computeShortId(tableId('rt-lon')))).toEqual([`${BOTH} stranded`, `${LON} stranded`])
  expect(outcomesIn(hubIds.vhub)).toEqual(expect.arrayContaining([`${BOTH} moves`, `${LON} moves`]))
})
