import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { fuzzApi } from './testing/fuzz.ts'
import { withFuzzedApi } from './testing/fuzzed-api.ts'

const db = withTestDatabase()
const dataDir = mkdtempSync(path.join(tmpdir(), 'peerwatch-fuzz-'))
const api = withFuzzedApi(db, dataDir)

it('whatever is asked of the API, it answers without failing and shows nothing of its inside', async () => {
  const { faults, requests, statuses } = await fuzzApi(api.origin, { requests: 600, seed: 20_261_120 })
  expect(faults).toEqual([])
  expect(requests).toBe(600)
  // the generator still produces each of these statuses
  expect(Object.keys(statuses)).toEqual(expect.arrayContaining(['200', '400', '403', '404', '405', '415', '421']))
})
