import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { fuzzApi } from './testing/fuzz.ts'
import { heapInUse, withFuzzedApi } from './testing/fuzzed-api.ts'

const MB = 1_000_000
const db = withTestDatabase()
const dataDir = mkdtempSync(path.join(tmpdir(), 'peerwatch-fuzz-'))
const api = withFuzzedApi(db, dataDir)

it('ten thousand requests bring about no failure and leave nothing behind', async () => {
  await fuzzApi(api.origin, { requests: 500, seed: 1 })
  const before = heapInUse()
  const seed = Date.now() % 2 ** 31
  const { faults, statuses } = await fuzzApi(api.origin, { requests: 10_000, seed })
  expect(faults, `seed ${seed}: ${JSON.stringify(statuses)}`).toEqual([])
  expect(heapInUse() - before).toBeLessThan(50 * MB)
})
