import { readFileSync } from 'node:fs'
import pg from 'pg'
import { describe, expect, it, vi } from 'vitest'
import { createDatabase } from '../database.ts'
import { createTestDatabase, withTestDatabase } from '../testing/database.ts'
import { runWithPrisma } from './with-prisma.ts'

const db = withTestDatabase()
const review = (week: string, body: object = {}) => ({ week, closedAt: new Date('2026-11-20T08:00:00.123Z'), body })
const weeks = async (q = db.pool as pg.Pool | pg.PoolClient) =>
  (await q.query<{ week: string }>('SELECT week FROM cost_review ORDER BY week')).rows.map(({ week }) => week)

describe('Prisma on a pool', () => {
  it('leaves to the database when a row was made, whatever this process’s clock says', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 7_200_000 })
    const entry = { actorKind: 'server', actorId: '', actor: 'Peerwatch', action: 'test', subject: '' }
    const made = await runWithPrisma(db.pool, ({ auditEntry }) => auditEntry.create({ data: entry }))
    vi.useRealTimers()
    expect(Math.abs(made.at.getTime() - Date.now())).toBeLessThan(60_000)
    // now() and @updatedAt of Prisma would use the clock of its process
    expect(readFileSync('prisma/schema.prisma', 'utf8')).not.toMatch(/@default\(now\(\)\)|@updatedAt/)
  })

  it('asks on the connections of the pool, with its limits and rights', async () => {
    const reader = createDatabase(`${db.url}?options=-c%20default_transaction_read_only%3Don`, {
      applicationName: 'peerwatch-test-reader',
      max: 1,
    })
    const [row] = await runWithPrisma(
      reader,
      (tables) =>
        tables.$queryRaw<object[]>`SELECT current_setting('application_name') AS name,
          current_setting('default_transaction_read_only') AS "readOnly", current_setting('tcp_keepalives_idle') AS idle`,
    )
    expect(reader.pool.totalCount).toBe(1)
    expect(row).toEqual({ name: 'peerwatch-test-reader', readOnly: 'on', idle: '10' })
    await expect(
      runWithPrisma(reader, (tables) => tables.costReview.create({ data: review('2026-W01') })),
    ).rejects.toMatchObject({ code: '25006' })
    await reader.close()
  })

  it('does not reach a connection that the product did not make', async () => {
    const client = new pg.Client(db.url)
    await expect(runWithPrisma(client, (tables) => tables.costReview.findMany())).rejects.toThrow(/not this connection/)
  })

  it('keeps times, bytes and money, whatever the zone of the database', async () => {
    const { url, drop } = await createTestDatabase()
    const name = new URL(url).pathname.slice(1)
    const away = createDatabase(url, { applicationName: 'peerwatch-test-away' })
    await db.pool.query(`ALTER DATABASE "${name}" SET timezone TO 'Asia/Kolkata'`)
    const row = {
      at: new Date('2026-03-29T00:59:59.123Z'),
      gbBytes: 9_007_199_254_740_993n,
      measuredBytes: '36893488147419103232',
      billedGb: '12.345678901234567890123',
    }
    const read = await runWithPrisma(away, async (tables) => {
      await tables.costCalibration.create({ data: row })
      return tables.costCalibration.findFirst()
    })
    expect({
      ...read,
      measuredBytes: read?.measuredBytes.toFixed(),
      billedGb: read?.billedGb.toFixed(),
    }).toEqual(row)
    const { rows } = await away.pool.query('SELECT at, gb_bytes, measured_bytes, billed_gb FROM cost_calibration')
    expect(rows).toEqual([
      { at: row.at, gb_bytes: String(row.gbBytes), measured_bytes: row.measuredBytes, billed_gb: row.billedGb },
    ])
    await away.close()
    await drop()
  })

  it('asks in the schema that the database has first', async () => {
    const { url, drop } = await createTestDatabase()
    const name = new URL(url).pathname.slice(1)
    await db.pool.query(`ALTER DATABASE "${name}" SET search_path TO own, public`)
    const own = createDatabase(url, { applicationName: 'peerwatch-test-schema' })
    await own.pool.query('CREATE SCHEMA own CREATE TABLE cost_review (LIKE public.cost_review)')
    await runWithPrisma(own, (tables) => tables.costReview.create({ data: review('2026-W01') }))
    expect(await weeks(own.pool)).toEqual(['2026-W01'])
    expect((await own.pool.query('SELECT 1 FROM public.cost_review')).rowCount).toBe(0)
    await own.close()
    await drop()
  })

  it('asks again after a first question that nobody answered', async () => {
    const narrow = createDatabase(db.url, { applicationName: 'peerwatch-test-narrow', max: 1 })
    const count = () => runWithPrisma(narrow, (tables) => tables.costReview.count())
    await narrow.transaction(async () => {
      // the only connection exists already, so the short limit applies only to the queries that wait for it, however
      // slow this machine is
      narrow.pool.options.connectionTimeoutMillis = 50
      await expect(count()).rejects.toThrow()
    })
    expect(await count()).toBe(0)
    await narrow.close()
  })

  it.each([
    { body: { $type: 'DateTime', value: 'no time' } },
    { body: { 'a.b': [1.5, 1e21, -0.1, null, '\u{1f600}"\\', { $type: 'Json' }], set: 1 } },
  ])('keeps JSON as it is: %j', async ({ body }) => {
    const week = '2026-W01'
    await runWithPrisma(db, (tables) => tables.costReview.create({ data: review(week, body) }))
    expect((await runWithPrisma(db, (tables) => tables.costReview.findUnique({ where: { week } })))?.body).toEqual(body)
    const { rows } = await db.pool.query('DELETE FROM cost_review WHERE week = $1 RETURNING body', [week])
    expect(rows).toEqual([{ body }])
  })
})

describe('Prisma in a transaction', () => {
  it('is a part of it, beside SQL', async () => {
    await db.transaction(async (client) => {
      await client.query(`INSERT INTO cost_review VALUES ('2026-W01', now(), '{}')`)
      await runWithPrisma(client, async (tables) => {
        expect(await tables.costReview.count()).toBe(1)
        await tables.costReview.create({ data: review('2026-W02') })
      })
      expect(await weeks(client)).toEqual(['2026-W01', '2026-W02'])
      expect(await weeks()).toEqual([])
    })
    expect(await weeks()).toEqual(['2026-W01', '2026-W02'])
  })

  it('is undone with it', async () => {
    const failed = db.transaction(async (client) => {
      await runWithPrisma(client, (tables) => tables.costReview.deleteMany())
      expect(await weeks(client)).toEqual([])
      throw new Error('changed my mind')
    })
    await expect(failed).rejects.toThrow('changed my mind')
    expect(await weeks()).toEqual(['2026-W01', '2026-W02'])
  })

  it('is undone with it when Prisma itself is refused', async () => {
    const failed = db.transaction(async (client) => {
      await client.query('DELETE FROM cost_review')
      await runWithPrisma(client, async (tables) => {
        await tables.costReview.create({ data: review('2026-W03') })
        await tables.costReview.create({ data: review('2026-W03') })
      })
    })
    await expect(failed).rejects.toMatchObject({ code: '23505' })
    expect(await weeks()).toEqual(['2026-W01', '2026-W02'])
  })

  it('is one of several at a time, each on its own connection', async () => {
    const pids = await Promise.all(
      Array.from({ length: 6 }, () =>
        db.transaction(async (client) => {
          const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
          const asked = await Promise.all(
            [1, 2].map(() =>
              runWithPrisma(client, (tables) => tables.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`),
            ),
          )
          expect(asked).toEqual([rows, rows])
          return rows[0]?.pid
        }),
      ),
    )
    expect(new Set(pids).size).toBe(6)
  })

  it('needs no second connection, even for the first question', async () => {
    const narrow = createDatabase(db.url, { applicationName: 'peerwatch-test-narrow', max: 1, waitMs: 10_000 })
    expect(
      await narrow.transaction((client) => runWithPrisma(client, (tables) => tables.costCalibration.count())),
    ).toBe(0)
    await narrow.close()
  })

  it('leaves what else is asked meanwhile outside', async () => {
    await db.transaction(async (client) => {
      await runWithPrisma(client, async () => {
        await runWithPrisma(db, (tables) => tables.costReview.createMany({ data: [review('2026-W09')] }))
        await runWithPrisma(db, (tables) =>
          tables.costReview.update({ where: { week: '2026-W09' }, data: { body: { n: 1 } } }),
        )
      })
      expect(await weeks()).toContain('2026-W09')
    })
  })

  it('keeps a fence and an advisory lock that SQL took before', async () => {
    await db.transaction(async (client) => {
      await client.query('SELECT pg_advisory_xact_lock(7)')
      const held = await runWithPrisma(
        client,
        (tables) =>
          tables.$queryRaw<
            object[]
          >`SELECT pid = pg_backend_pid() AS mine FROM pg_locks WHERE locktype = 'advisory' AND objid = 7`,
      )
      expect(held).toEqual([{ mine: true }])
    })
  })

  it('sends its notifications with COMMIT', async () => {
    const listener = new pg.Client(db.url)
    await listener.connect()
    const received: (string | undefined)[] = []
    listener.on('notification', ({ payload }) => received.push(payload))
    await listener.query('LISTEN sql_and_prisma')
    await db.transaction(async (client) => {
      await runWithPrisma(client, (tables) => tables.$executeRaw`SELECT pg_notify('sql_and_prisma', 'from Prisma')`)
      await client.query(`SELECT pg_notify('sql_and_prisma', 'from SQL')`)
      await listener.query('SELECT 1')
      expect(received).toEqual([])
    })
    await listener.query('SELECT 1')
    expect(received).toEqual(['from Prisma', 'from SQL'])
    await listener.end()
  })
})
