import { expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  deleteSingleLosses,
  saveSingleLosses,
  recordSingleLossesChecked,
  readSingleLosses,
  readSingleLossRun,
} from './single-losses.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
const at = (minutes: number) => T0 + minutes * MS_PER_MINUTE

const keep = (minutes: number, losses: { term: string; strands: boolean; unsure?: boolean }[], complete = true) =>
  db.transaction((client) =>
    saveSingleLosses(
      client,
      {
        audience: 'everything',
        restsOn: `r${minutes}`,
        complete,
        tablesAt: at(minutes) - 1_000,
        computedAt: at(minutes),
        computed: losses.length,
        notComputed: 0,
      },
      null,
      losses.map(({ unsure = false, ...loss }) => ({
        ...loss,
        unsure,
        body: { kind: loss.term.split(':')[0], term: loss.term, strands: loss.strands, unsure },
      })),
    ),
  )
const since = async (term: string) =>
  (await readSingleLosses(db.pool, 'everything', 10)).find(({ body }) => (body as { term: string }).term === term)
    ?.since

it('a loss strands something since it did not at the last check, and nobody knows since when at first sight', async () => {
  expect(await readSingleLossRun(db.pool, 'everything')).toBeNull()
  await keep(0, [
    { term: 'circuit:a', strands: true },
    { term: 'gateway:g', strands: false },
  ])
  expect(await readSingleLossRun(db.pool, 'everything')).toEqual({
    restsOn: 'r0',
    complete: true,
    tablesAt: at(0) - 1_000,
    computedAt: at(0),
    checkedAt: at(0),
    computed: 2,
    notComputed: 0,
  })
  expect(await since('circuit:a')).toEqual({ earliest: null, latest: at(0) })
  expect(await since('gateway:g')).toBeNull()

  await recordSingleLossesChecked(db.pool, ['everything'], at(3))
  expect((await readSingleLossRun(db.pool, 'everything'))?.checkedAt).toBe(at(3))
  await keep(5, [
    { term: 'gateway:g', strands: true },
    { term: 'circuit:a', strands: true },
  ])
  expect(await since('circuit:a')).toEqual({ earliest: null, latest: at(0) })
  expect(await since('gateway:g')).toEqual({ earliest: at(3), latest: at(5) })

  await keep(6, [{ term: 'gateway:g', strands: false }])
  expect(await since('gateway:g')).toBeNull()
  expect(await since('circuit:a')).toBeUndefined()
})

it('the worst come first, by kind and by whether they strand, and runs that nobody reads are forgotten', async () => {
  await keep(10, [
    { term: 'circuit:b', strands: true },
    { term: 'gateway:g', strands: true },
    { term: 'circuit:c', strands: false },
  ])
  const terms = async (...rest: [number, Parameters<typeof readSingleLosses>[3]?]) =>
    (await readSingleLosses(db.pool, 'everything', ...rest)).map(({ body }) => (body as { term: string }).term)
  expect(await terms(10)).toEqual(['circuit:b', 'gateway:g', 'circuit:c'])
  expect(await terms(2)).toEqual(['circuit:b', 'gateway:g'])
  expect(await terms(10, { kinds: ['circuit'] })).toEqual(['circuit:b', 'circuit:c'])
  expect(await terms(10, { strands: true })).toEqual(['circuit:b', 'gateway:g'])
  await deleteSingleLosses(db.pool, ['everything'])
  expect(await terms(10)).toHaveLength(3)
  await deleteSingleLosses(db.pool, [])
  expect(await terms(10)).toEqual([])
  expect(await readSingleLossRun(db.pool, 'everything')).toBeNull()
})
