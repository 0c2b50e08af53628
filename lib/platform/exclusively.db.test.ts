import { expect, it } from 'vitest'
import { exclusively } from './exclusively.ts'
import { withTestDatabase } from './testing/database.ts'

const db = withTestDatabase()

it('one at a time, by name; and free again afterwards, also after a failure', async () => {
  const held = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const first = exclusively(db, 'sweeping', async () => {
    begun.resolve()
    await held.promise
    return 'first'
  })
  await begun.promise
  expect(await exclusively(db, 'sweeping', async () => 'second')).toBeNull()
  expect(await exclusively(db, 'mopping', async () => 'other')).toBe('other')
  held.resolve()
  expect(await first).toBe('first')
  await expect(exclusively(db, 'sweeping', () => Promise.reject(new Error('no broom')))).rejects.toThrow('no broom')
  expect(await exclusively(db, 'sweeping', async () => 'third')).toBe('third')
})

it('outlives its connection: what runs meanwhile goes on, and the lock is free', async () => {
  const told = exclusively(db, 'sweeping', async () => {
    await db.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    )
    // what the server said of it arrives with this at the latest, while nobody waits for an answer of that connection
    await db.pool.query('SELECT pg_sleep(0.2)')
    return 'swept'
  })
  expect(await told).toBe('swept')
  expect(await exclusively(db, 'sweeping', async () => 'again')).toBe('again')
})
