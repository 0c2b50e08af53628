import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { beginWithNextStatement } from './connection/index.ts'
import { createDatabase } from './database.ts'
import { runWithPrisma } from './prisma/with-prisma.ts'
import { withTestDatabase } from './testing/database.ts'

const db = withTestDatabase({ empty: true })

describe('a database handle', () => {
  it('keeps what JavaScript numbers and time zones would lose', async () => {
    const { rows } = await db.pool.query(
      `SELECT 9007199254740993::int8 AS bytes, 12.340::numeric AS money, DATE '2026-03-29' AS day,
              TIMESTAMPTZ '2026-03-29 00:59:59.123+00' AS moment, ARRAY[9007199254740993]::int8[] AS list`,
    )
    expect(rows).toEqual([
      {
        bytes: '9007199254740993',
        money: '12.340',
        day: '2026-03-29',
        moment: new Date('2026-03-29T00:59:59.123Z'),
        list: ['9007199254740993'],
      },
    ])
  })

  it('reads instants, alone and in lists, as pg reads them', async () => {
    const [one, list] = [1184, 1185].map((oid) => pg.types.getTypeParser(oid as 16))
    const odd = [
      'infinity',
      '-infinity',
      '0050-01-01',
      '0044-03-15 12:00 BC',
      '12026-01-01',
      '2026-11-26 03:12:00.9999',
      '2024-02-29 23:59:59.000001',
      null,
    ]
    const { rows } = await db.pool.query(
      `WITH at AS (SELECT unnest($1::text[])::timestamptz AS at UNION ALL
         SELECT timestamptz 'epoch' + n * n * interval '7919.123457 s' FROM generate_series(1, 400) n)
       SELECT at, at::text AS text, array_agg(at) OVER near AS list, (array_agg(at) OVER near)::text AS texts FROM at
       WINDOW near AS (ROWS BETWEEN CURRENT ROW AND 2 FOLLOWING)`,
      [odd],
    )
    expect(rows).toHaveLength(400 + odd.length)
    for (const { at, text, list: near, texts } of rows) {
      expect(at).toEqual(text === null ? null : one?.(text))
      expect(near).toEqual(list?.(texts))
    }
  })

  it('commits what a transaction did', async () => {
    await db.pool.query('CREATE TABLE kept (n int)')
    const answer = await db.transaction(async (client) => {
      await client.query('INSERT INTO kept VALUES (1)')
      return 'done'
    })
    expect(answer).toBe('done')
    expect((await db.pool.query('SELECT n FROM kept')).rows).toEqual([{ n: 1 }])
  })

  it('keeps nothing of a transaction that throws, and passes the error on', async () => {
    await db.pool.query('CREATE TABLE undone (n int)')
    const failed = db.transaction(async (client) => {
      await client.query('INSERT INTO undone VALUES (1)')
      throw new Error('changed my mind')
    })
    await expect(failed).rejects.toThrow('changed my mind')
    expect((await db.pool.query('SELECT n FROM undone')).rows).toEqual([])
  })

  it.each<{ first: string; ask: (client: pg.PoolClient) => Promise<unknown> }>([
    { first: 'text', ask: (client) => client.query('INSERT INTO forms VALUES (1)') },
    { first: 'several texts', ask: (client) => client.query('INSERT INTO forms VALUES (1); SELECT 1 AS one') },
    { first: 'parameters', ask: (client) => client.query('INSERT INTO forms VALUES ($1)', [1]) },
    {
      first: 'a name',
      ask: (client) => client.query({ name: 'forms', text: 'INSERT INTO forms VALUES ($1)', values: [1] }),
    },
    {
      first: 'Prisma',
      ask: (client) => runWithPrisma(client, (t) => t.$executeRawUnsafe('INSERT INTO forms VALUES (1)')),
    },
  ])('begins with its first statement, which is $first: kept with the rest, or not at all', async ({ ask }) => {
    await db.pool.query('CREATE TABLE IF NOT EXISTS forms (n int); TRUNCATE forms')
    const failed = db.transaction(async (client) => {
      await ask(client)
      await client.query('INSERT INTO forms VALUES (2)')
      throw new Error('changed my mind')
    })
    await expect(failed).rejects.toThrow('changed my mind')
    expect((await db.pool.query('SELECT n FROM forms')).rows).toEqual([])
    await db.transaction(async (client) => {
      await ask(client)
      expect((await client.query('INSERT INTO forms VALUES (2)')).rowCount).toBe(1)
    })
    expect((await db.pool.query('SELECT n FROM forms ORDER BY n')).rows).toEqual([{ n: 1 }, { n: 2 }])
  })

  it('answers its first statement as any other', async () => {
    const asked = { text: 'SELECT $1::int AS one', values: [1] }
    const [one, texts, rows, thrown] = await Promise.all([
      db.transaction((client) => client.query(asked)),
      db.transaction((client) => client.query('SELECT 1 AS one; SELECT 2 AS two') as Promise<unknown>),
      db.transaction((client) => client.query({ ...asked, rowMode: 'array' })),
      db.transaction((client) => client.query('SELECT nothing', [])).catch((error: unknown) => error),
    ])
    expect(one).toMatchObject({ rows: [{ one: 1 }], rowCount: 1, command: 'SELECT' })
    expect(texts).toMatchObject([{ rows: [{ one: 1 }] }, { rows: [{ two: 2 }] }])
    expect(rows.rows).toEqual([[1]])
    expect(thrown).toMatchObject({ code: '42703', message: 'column "nothing" does not exist' })
    expect(await db.transaction(async () => 'nothing asked')).toBe('nothing asked')
  })

  it('keeps no name of a first statement that could not be read', async () => {
    const one = createDatabase(db.url, { max: 1, applicationName: 'peerwatch-test' })
    const ask = () =>
      one.transaction((client) => client.query({ name: 'later', text: 'SELECT n FROM later', values: [] }))
    await expect(ask()).rejects.toMatchObject({ code: '42P01' })
    await one.pool.query('CREATE TABLE later AS SELECT 1 AS n')
    for (const _ of [1, 2]) expect((await ask()).rows).toEqual([{ n: 1 }])
    await one.close()
  })

  it('runs no statement whose transaction could not begin', async () => {
    await db.pool.query('CREATE TABLE alone (n int)')
    const client = await db.pool.connect()
    for (const values of [undefined, [1]]) {
      beginWithNextStatement(client, ['SELECT 1 / 0'])
      const asked = client.query(`INSERT INTO alone VALUES (${values ? '$1' : 1})`, values)
      await expect(asked).rejects.toMatchObject({ code: '22012' })
      expect((await client.query('SELECT n FROM alone')).rows).toEqual([])
    }
    client.release()
  })

  it('survives a connection that is killed inside a transaction', async () => {
    const failed = db.transaction(async (client) => {
      const { rows } = await client.query('SELECT pg_backend_pid() AS pid')
      await db.pool.query('SELECT pg_terminate_backend($1)', [rows[0].pid])
      await client.query('SELECT 1')
    })
    await expect(failed).rejects.toThrow()
    expect((await db.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  })

  it('takes another connection after one whose server only reads, as a pooler’s does when its server becomes a standby', async () => {
    const one = createDatabase(db.url, { max: 1, applicationName: 'peerwatch-test' })
    try {
      await one.pool.query('CREATE TABLE taken (n int)')
      await one.pool.query('SET default_transaction_read_only = on')
      const write = () => one.transaction((client) => client.query('INSERT INTO taken VALUES (1)'))
      await expect(write()).rejects.toMatchObject({ code: '25006' })
      await write()
      expect((await one.pool.query('SELECT n FROM taken')).rows).toEqual([{ n: 1 }])
    } finally {
      await one.close()
    }
  })

  it('asks for keepalive on both sides, so that a vanished peer is noticed within 30 s', async () => {
    const { rows } = await db.pool.query<{ name: string; setting: string }>(
      `SELECT name, setting FROM pg_settings WHERE name LIKE 'tcp%' ORDER BY name`,
    )
    const of = (name: string) => Number(rows.find((row) => row.name === name)?.setting)
    const silent = of('tcp_keepalives_idle') + of('tcp_keepalives_interval') * of('tcp_keepalives_count')
    expect(silent).toBeGreaterThan(0)
    expect(silent).toBeLessThanOrEqual(30)
    expect(of('tcp_user_timeout')).toBeGreaterThan(0)
    expect(of('tcp_user_timeout')).toBeLessThanOrEqual(30_000)
    expect(db.pool.options).toMatchObject({ keepAlive: true, keepAliveInitialDelayMillis: 10_000 })
  })

  it('is ended by Postgres when its transaction is idle, and releases its locks', async () => {
    await db.pool.query('CREATE TABLE locked AS SELECT 1 AS n')
    const silent = createDatabase(db.url, { applicationName: 'peerwatch-test-silent', idleInTransactionMs: 100 })
    const locked = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const failed = silent.transaction(async (client) => {
      await client.query('UPDATE locked SET n = 2')
      locked.resolve()
      await goOn.promise
      await client.query('SELECT 1')
    })
    failed.catch(() => {})
    await locked.promise
    // waits for the lock, which is released when the idle transaction ends
    await db.pool.query('UPDATE locked SET n = 3')
    goOn.resolve()
    await expect(failed).rejects.toThrow()
    expect((await db.pool.query('SELECT n FROM locked')).rows).toEqual([{ n: 3 }])
    await silent.close()
  })
})
