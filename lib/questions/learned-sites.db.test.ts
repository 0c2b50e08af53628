import { expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import { saveResourceStates, computeShortId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getDeclarations, putDeclarations } from '#lib/declarations/answers/index.ts'
import {
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  createInventoryRows,
} from './testing/estate-feed.ts'

const START = Date.UTC(2026, 10, 20, 3)
const circuit = computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID)

/** State that detection would have learned for one circuit. */
const learning = {
  snapshotAt: START,
  known: [
    { circuits: [circuit], confidence: 'inferred', entries: ['gw 10.0.4.4'], prefixes: ['10.1.0.0/16', '10.2.0.0/16'] },
    // The circuit of this neighbor is unknown.
    { circuits: [], confidence: 'certain', entries: ['gw 10.0.4.9'], prefixes: ['10.3.0.0/16'] },
  ],
  moving: [],
}

const db = withTestDatabase()

it('what was learned stands beside what is declared, as far as that says nothing of it', async () => {
  const learned = async (at?: number) =>
    allApiEndpoints.declarations.response.parse(await getDeclarations(db, at === undefined ? {} : { at })).data
      .learnedSites
  expect(await learned()).toEqual([])
  await createTestEstatePollRecorder(db).inventory(START, createInventoryRows())
  await saveResourceStates(db.pool, [
    { scope: computeShortId(TEST_ESTATE_GATEWAY_ARM_ID), state: { version: 1, learning }, recheckAt: null },
  ])
  const site = { name: expect.stringMatching(/^learned: /), circuits: [circuit], confidence: 'inferred' }
  expect(await learned()).toEqual([{ ...site, prefixes: 2 }])
  expect(await learned(START)).toBeUndefined()
  await putDeclarations(db, { sites: [{ name: 'dc', prefixes: ['10.2.0.0/16'], home: null, routers: [] }] })
  expect(await learned()).toEqual([{ ...site, prefixes: 1 }])
})
