import { describe, expect, it } from 'vitest'
import { createDatabase, type DatabaseOptions } from '../database.ts'
import { classifyDatabaseFailure, isClientTimeout, isTemporaryFailure } from '../database-failure.ts'
import { withTestDatabase } from '../testing/database.ts'
import { DatabaseError, MissingRowError, type PrismaTables, runWithPrisma } from './with-prisma.ts'

const db = withTestDatabase()
const review = { week: '2026-W01', closedAt: new Date(), body: {} }

/** Returns the error of a query; fails if there is none. */
const errorOf = (question: Promise<unknown>): Promise<Error> =>
  question.then(
    () => expect.unreachable('the question was answered'),
    (error) => error,
  )
const errorOn = async (
  ask: (tables: PrismaTables) => Promise<unknown>,
  options: Partial<DatabaseOptions>,
  url = db.url,
) => {
  const other = createDatabase(url, { applicationName: 'peerwatch-test-errors', ...options })
  const error = await errorOf(runWithPrisma(other, ask))
  await other.close()
  return error
}

describe('an error of Prisma', () => {
  it('says of a row that is there already what one of pg says', async () => {
    const create = () => runWithPrisma(db, (tables) => tables.costReview.create({ data: review }))
    await create()
    const error = await errorOf(create())
    expect(error).toBeInstanceOf(DatabaseError)
    expect(error).toMatchObject({ code: '23505', message: expect.stringContaining('cost_review_pkey') })
    expect(classifyDatabaseFailure(error)).toBeNull()
  })

  it('names a row that is not there', async () => {
    const where = { week: '2026-W02' }
    const error = await errorOf(runWithPrisma(db, (tables) => tables.costReview.update({ where, data: { body: {} } })))
    expect(error).toBeInstanceOf(MissingRowError)
    expect(classifyDatabaseFailure(error)).toBeNull()
  })

  it.each([
    ['53100', 'disk_full'],
    ['53300', 'out_of_resources'],
    ['40P01', 'conflict'],
    ['40001', 'conflict'],
    ['55P03', 'conflict'],
    ['57P01', 'away'],
    ['08006', 'away'],
    ['23514', null],
  ])('of state %s is classified as one of pg is: %s', async (state, failure) => {
    const error = await errorOf(
      runWithPrisma(db, (tables) =>
        tables.$executeRawUnsafe(`DO $$ BEGIN RAISE EXCEPTION 'so it goes' USING ERRCODE = '${state}'; END $$`),
      ),
    )
    expect(error).toMatchObject({ code: state, message: 'so it goes' })
    expect(classifyDatabaseFailure(error)).toBe(failure)
  })

  it('of a deadlock says that nothing was written', async () => {
    await db.pool.query(`INSERT INTO cost_review VALUES ('2026-W11', now(), '{}'), ('2026-W12', now(), '{}')`)
    const both = Promise.withResolvers<void>()
    let held = 0
    const change = (first: string, second: string) =>
      db.transaction((client) =>
        runWithPrisma(client, async (tables) => {
          const touch = (week: string) => tables.costReview.update({ where: { week }, data: { body: { first } } })
          await touch(first)
          held += 1
          if (held === 2) both.resolve()
          await both.promise
          await touch(second)
        }),
      )
    const [a, b] = await Promise.allSettled([change('2026-W11', '2026-W12'), change('2026-W12', '2026-W11')])
    const failed = [a, b].flatMap((settled) => (settled.status === 'rejected' ? [settled.reason] : []))
    expect(failed.map(classifyDatabaseFailure)).toEqual(['conflict'])
  })

  it.each(['pool', 'transaction'] as const)(
    'of a statement that Postgres ended is timed_out, on a %s',
    async (where) => {
      const slow = createDatabase(db.url, { applicationName: 'peerwatch-test-slow', statementLimitMs: 50 })
      const sleep = (tables: PrismaTables) => tables.$queryRaw`SELECT 1 FROM pg_sleep(30)`
      const error = await errorOf(
        where === 'pool' ? runWithPrisma(slow, sleep) : slow.transaction((client) => runWithPrisma(client, sleep)),
      )
      expect(classifyDatabaseFailure(error)).toBe('timed_out')
      expect(isTemporaryFailure(error)).toBe(false)
      await slow.close()
    },
  )

  it('of a connection that is killed is away, also inside a transaction, and the next question is answered', async () => {
    const kill = (tables: PrismaTables) => tables.$queryRaw`SELECT pg_terminate_backend(pg_backend_pid())`
    expect(classifyDatabaseFailure(await errorOf(runWithPrisma(db, kill)))).toBe('away')
    expect(classifyDatabaseFailure(await errorOf(db.transaction((client) => runWithPrisma(client, kill))))).toBe('away')
    expect(await runWithPrisma(db, (tables) => tables.deployment.count())).toBe(0)
  })

  it('of a server that is not there is away', async () => {
    const closed = 'postgresql://nobody@127.0.0.1:1/none'
    expect(classifyDatabaseFailure(await errorOn((tables) => tables.costReview.count(), {}, closed))).toBe('away')
  })

  it('of a pool without a free connection is pool_exhausted', async () => {
    const narrow = createDatabase(db.url, { applicationName: 'peerwatch-test-narrow', max: 1 })
    const error = await narrow.transaction(() => {
      // the only connection exists already, so the short limit applies only to the queries that wait for it, however
      // slow this machine is
      narrow.pool.options.connectionTimeoutMillis = 50
      return errorOf(runWithPrisma(narrow, (tables) => tables.costReview.count()))
    })
    expect(classifyDatabaseFailure(error)).toBe('pool_exhausted')
    await narrow.close()
  })

  it('of a silent server is away, and its connection is not used again', async () => {
    const silent = createDatabase(db.url, { applicationName: 'peerwatch-test-silent' })
    silent.pool.options.query_timeout = 50
    const error = await errorOf(
      silent.transaction((client) => runWithPrisma(client, (tables) => tables.$queryRaw`SELECT 1 FROM pg_sleep(1)`)),
    )
    expect(isClientTimeout(error)).toBe(true)
    expect(classifyDatabaseFailure(error)).toBe('away')
    expect(silent.pool.totalCount).toBe(0)
    await silent.close()
  })

  it('of a database that only reads is read_only', async () => {
    const url = `${db.url}?options=-c%20default_transaction_read_only%3Don`
    const error = await errorOn((tables) => tables.costReview.create({ data: review }), {}, url)
    expect(classifyDatabaseFailure(error)).toBe('read_only')
  })
})
