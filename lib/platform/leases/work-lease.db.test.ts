import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDatabase } from '../database.ts'
import { withTestDatabase } from '../testing/database.ts'
import { readAlertingLeaseAge, ALERTING_LEASE, LeaseLostError, runWithWorkLease } from './index.ts'
import { readLeaseAgeSeconds } from './work-lease.ts'

const db = withTestDatabase()
/** Duration of a lease in seconds. It is short, so that tests do not wait long for its end; the product uses 10 s. */
const SHORT = 0.5

beforeAll(() => db.pool.query('CREATE TABLE done (by text)'))
beforeEach(() => db.pool.query('TRUNCATE done, work_lease'))

const written = async () => (await db.pool.query<{ by: string }>('SELECT by FROM done')).rows.map(({ by }) => by)
const expire = () => db.pool.query(`UPDATE work_lease SET expires_at = clock_timestamp() - interval '1 s'`)

/** Tries until the lease is free; the time limit of the test ends the attempts. */
async function takeOver(): Promise<string> {
  for (;;) {
    const taken = await runWithWorkLease(db, 'work', async (lease) => {
      await lease.db.transaction((client) => client.query(`INSERT INTO done VALUES ('successor')`))
      return 'taken'
    })
    if (taken) return taken
    await delay(20)
  }
}

describe('work under a lease', () => {
  it('runs one at a time by name; the lease is free afterwards, also after a failure', async () => {
    const begun = Promise.withResolvers<void>()
    const end = Promise.withResolvers<void>()
    const first = runWithWorkLease(db, 'work', async () => {
      begun.resolve()
      await end.promise
      return 'first'
    })
    await begun.promise
    expect(await runWithWorkLease(db, 'work', async () => 'second')).toBeNull()
    expect(await runWithWorkLease(db, 'other', async () => 'other')).toBe('other')
    end.resolve()
    expect(await first).toBe('first')
    await expect(runWithWorkLease(db, 'work', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await runWithWorkLease(db, 'work', async () => 'third')).toBe('third')
  })

  it('is given to one of many', async () => {
    const all = Promise.withResolvers<void>()
    let asked = 0
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => {
        const answer = runWithWorkLease(db, 'work', () => all.promise)
        // the caller that got the lease keeps it until the others were refused
        return answer.finally(() => {
          asked += 1
          if (asked === 5) all.resolve()
        })
      }),
    )
    expect(answers.filter((answer) => answer === null)).toHaveLength(5)
  })

  it('keeps its lease for longer than the lease lasts, by renewals', async () => {
    const renewed = async () =>
      (await db.pool.query<{ at: Date }>('SELECT renewed_at AS at FROM work_lease')).rows[0]?.at.getTime() ?? 0
    await runWithWorkLease(
      db,
      'work',
      async ({ signal }) => {
        const begun = await renewed()
        while ((await renewed()) < begun + SHORT * 2_000) await delay(20)
        expect(signal.aborted).toBe(false)
        expect(await runWithWorkLease(db, 'work', async () => 'taken')).toBeNull()
      },
      { seconds: SHORT },
    )
  })

  it('is refused a commit, and its signal aborted, when another process took the lease', async () => {
    const outcome = await runWithWorkLease(
      db,
      'work',
      async (lease) => {
        await expire()
        // the holder is this process, so the successor must have another name
        await db.pool.query(`UPDATE work_lease SET holder = 'successor', epoch = epoch + 1`)
        await once(lease.signal, 'abort')
        const late = lease.db.transaction((client) => client.query(`INSERT INTO done VALUES ('late')`))
        await expect(late).rejects.toThrow(LeaseLostError)
        await late
      },
      { seconds: SHORT },
    )
    expect(outcome).toBeNull()
    expect(await written()).toEqual([])
    // the lost lease was not released
    expect((await db.pool.query('SELECT holder FROM work_lease')).rows).toEqual([{ holder: 'successor' }])
  })

  it('commits after its lease ran out when nobody took it; nobody takes it while it commits', async () => {
    await runWithWorkLease(db, 'work', async (lease) => {
      await expire()
      await lease.db.transaction(async (client) => {
        await client.query(`INSERT INTO done VALUES ('slow')`)
        await expire()
        expect(await runWithWorkLease(db, 'work', async () => 'taken')).toBeNull()
      })
    })
    expect(await written()).toEqual(['slow'])
  })
})

describe('a holder', () => {
  let child: ChildProcess | undefined
  afterEach(() => child?.kill('SIGKILL'))

  const hold = async (...more: string[]) => {
    child = fork(path.join(import.meta.dirname, 'testing/holder.ts'), [db.url, String(SHORT), ...more])
    expect(await once(child, 'message')).toEqual(['holding', undefined])
    return child
  }

  it('that freezes is followed by another process, and its late commit is refused', async () => {
    const frozen = await hold()
    frozen.kill('SIGSTOP')
    expect(await takeOver()).toBe('taken')
    const ended = once(frozen, 'message')
    frozen.kill('SIGCONT')
    frozen.send('commit')
    expect(await ended).toEqual(['lost', undefined])
    expect(await written()).toEqual(['successor'])
  })

  it('that freezes inside a transaction is followed as well, and its transaction is undone', async () => {
    const frozen = await hold('inside')
    frozen.kill('SIGSTOP')
    expect(await takeOver()).toBe('taken')
    const ended = once(frozen, 'message')
    frozen.kill('SIGCONT')
    frozen.send('commit')
    expect(String(await ended)).toMatch(/failed|lost/)
    expect(await written()).toEqual(['successor'])
  })

  it('that vanishes without closing its connection is followed by another process', async () => {
    const line = await silentLine(new URL(db.url))
    const there = new URL(db.url)
    there.host = `127.0.0.1:${line.port}`
    const vanishing = createDatabase(there.href, { applicationName: 'peerwatch-test-vanishing' })
    const holding = Promise.withResolvers<void>()
    const end = Promise.withResolvers<void>()
    const outcome = runWithWorkLease(
      vanishing,
      'work',
      async () => {
        holding.resolve()
        await end.promise
      },
      { seconds: SHORT },
    )
    await holding.promise
    line.fallSilent()
    expect(await takeOver()).toBe('taken')
    expect(await written()).toEqual(['successor'])
    end.resolve()
    line.close()
    await outcome
    await vanishing.close()
  })
})

describe('the age of a lease', () => {
  it('is null before the first claim, then the time since the last renewal by the database’s clock', async () => {
    expect(await readAlertingLeaseAge(db)).toBeNull()
    await runWithWorkLease(db, ALERTING_LEASE, async () => {})
    await db.pool.query(`UPDATE work_lease SET renewed_at = clock_timestamp() - interval '60 s'`)
    expect(await readAlertingLeaseAge(db)).toBeGreaterThan(40)
    expect(await readLeaseAgeSeconds(db, 'other')).toBeNull()
    await runWithWorkLease(db, ALERTING_LEASE, async () => {})
    expect(await readAlertingLeaseAge(db)).toBeLessThan(40)
  })
})

/**
 * Starts a TCP proxy to Postgres that can fall silent like a machine without power: data is dropped, and connections
 * stay open.
 */
async function silentLine(to: URL): Promise<{ port: number; fallSilent(): void; close(): void }> {
  const sockets: Socket[] = []
  const server = createServer((near) => {
    const far = connect(Number(to.port), to.hostname)
    sockets.push(near, far)
    for (const socket of [near, far]) socket.on('error', () => {})
    near.pipe(far).pipe(near)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    fallSilent() {
      for (const socket of sockets) socket.unpipe().pause()
    },
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
