import { beforeAll, expect, it } from 'vitest'
import type { EpochMs, ResourceRow } from '#lib/contract/index.ts'
import { getOrCreateSourceId, computeShortId } from '#lib/history/index.ts'
import { createTestPollSource } from '#lib/history/testing/feed.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { ConflictError, NotFoundError } from '#lib/questions/errors.ts'
import {
  getFormerResources,
  findResourceJoinObstacle,
  joinResources,
  describeHistoryUnderOwnId,
  separateResource,
} from './resource-joins.ts'
import {
  TEST_ESTATE_CIRCUIT_ARM_ID,
  TEST_ESTATE_GATEWAY_ARM_ID,
  createInventoryRows,
} from '#lib/questions/testing/estate-feed.ts'

const db = withTestDatabase()
const T = Date.UTC(2026, 10, 20, 3)
const at = (n: number): EpochMs => T + n * 600_000
const NEW = TEST_ESTATE_CIRCUIT_ARM_ID.replace(/[^/]+$/, 'ckt-new')
const types = [...new Set(createInventoryRows().map(({ type }) => type))]
const isOld = ({ resourceId }: ResourceRow) => resourceId === TEST_ESTATE_CIRCUIT_ARM_ID
const others = createInventoryRows().filter((row) => !isOld(row))
const made = createInventoryRows()
  .filter(isOld)
  .map((row) => ({ ...row, resourceId: NEW, name: 'ckt-new', identities: ['serviceKey:new'] }))

let read: (n: number, rows: ResourceRow[]) => Promise<unknown>
beforeAll(async () => {
  const feed = await createTestPollSource(db, { type: 'subscriptions' })
  read = (n, rows) =>
    feed.record('inventory', {
      startedAt: at(n),
      finishedAt: at(n) + 5_000,
      outcome: 'ok',
      rows: { resources: rows, listedTypes: types, failedTypes: [] },
    })
})
const why = async (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error as Error,
  )

it('joins a listed resource with a removed one and parts them again, and refuses in plain words what would be wrong', async () => {
  const [id, newId] = [computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID), computeShortId(NEW)]
  await read(0, createInventoryRows())
  await read(1, [...createInventoryRows(), ...made])
  expect(await why(joinResources(db, newId, { with: id }))).toMatchObject({
    name: 'ConflictError',
    message: expect.stringMatching(/^both are listed: ckt-new and /),
  })
  expect((await getFormerResources(db, newId)).data).toEqual([])
  await read(2, [...others, ...made])
  await read(3, [...others, ...made])
  expect((await getFormerResources(db, newId)).data).toMatchObject([{ id, resourceId: TEST_ESTATE_CIRCUIT_ARM_ID }])
  expect(await why(joinResources(db, newId, { with: 'nothing' }))).toBeInstanceOf(NotFoundError)
  expect(await why(joinResources(db, id, { with: newId }))).toMatchObject({
    message: expect.stringMatching(/is not listed now: join the one that is$/),
  })
  expect(await why(joinResources(db, computeShortId(TEST_ESTATE_GATEWAY_ARM_ID), { with: id }))).toMatchObject({
    message: expect.stringContaining('of different types'),
  })
  expect(await why(separateResource(db, newId))).toMatchObject({
    message: 'ckt-new was not moved: there is nothing to part',
  })

  const sourceId = await getOrCreateSourceId(db.pool, { resourceId: NEW, subresource: '' })
  await db.pool.query(
    `INSERT INTO event (id, key, kind, severity, scope, subject, started_earliest, started_latest, detected_at, evidence, causes, flags, settings_version, updated_at, source_id)
     SELECT 'own', 'own', 'resource_returned', 'info', $1, 'ckt-new', now(), now(), now(), '[]', '[]', '{}', 1, now(), $2`,
    [newId, sourceId],
  )
  expect(await why(joinResources(db, newId, { with: TEST_ESTATE_CIRCUIT_ARM_ID }))).toMatchObject({
    message: expect.stringMatching(/^ckt-new has history of its own: 1 event\. .* send setAside: true/),
  })
  const { data } = await joinResources(db, newId, { with: TEST_ESTATE_CIRCUIT_ARM_ID, setAside: true })
  expect(data).toEqual({ id: newId, resourceId: NEW, formerResourceId: TEST_ESTATE_CIRCUIT_ARM_ID, nextId: id })
  await read(4, [...others, ...made])
  expect((await getFormerResources(db, NEW)).data).toEqual([])
  expect(await why(joinResources(db, NEW, { with: newId }))).toBeInstanceOf(ConflictError)
  expect((await separateResource(db, NEW)).data).toEqual({
    id,
    resourceId: NEW,
    formerResourceId: TEST_ESTATE_CIRCUIT_ARM_ID,
    nextId: null,
  })
  await read(5, [...others, ...made])
  expect((await getFormerResources(db, newId)).data).toMatchObject([{ id, resourceId: TEST_ESTATE_CIRCUIT_ARM_ID }])
})

it('says what it refuses, and what would go out of sight', () => {
  const one = { id: 'a', name: 'a', type: 't', movedFrom: null }
  const other = { ...one, id: 'b', name: 'b' }
  const [listed, gone] = [true, false].map((isListed) => ({ isListed, isAside: false })) as [never, never]
  const moved = { resourceId: '/before', between: { earliest: 0, latest: 1 } }
  expect(findResourceJoinObstacle(one, other, listed, gone)).toBeNull()
  expect(findResourceJoinObstacle(one, one, listed, listed)).toBe('a is that resource already')
  expect(findResourceJoinObstacle({ ...one, movedFrom: moved }, other, listed, gone)).toBe(
    'a has the history of /before already: part them first',
  )
  expect(findResourceJoinObstacle(one, other, listed, { isListed: false, isAside: true })).toBe(
    'b was set aside by another join: part that first',
  )
  expect(describeHistoryUnderOwnId('a', { sessions: 0, events: 0, hasUsage: false }, false)).toBeNull()
  expect(describeHistoryUnderOwnId('a', { sessions: 2, events: 1, hasUsage: true }, true)).toMatch(
    /^a has history of its own: 2 sessions, 1 event, usage, declarations\./,
  )
})
