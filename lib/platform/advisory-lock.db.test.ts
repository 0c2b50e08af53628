import { expect, it } from 'vitest'
import { withAdvisoryLock } from './advisory-lock.ts'
import { withTestDatabase } from './testing/database.ts'

const db = withTestDatabase()

it('runs one at a time by name, and releases the lock, also after a failure', async () => {
  const held = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const first = withAdvisoryLock(db, 'sweeping', async () => {
    begun.resolve()
    await held.promise
    return 'first'
  })
  await begun.promise
  expect(await withAdvisoryLock(db, 'sweeping', async () => 'second')).toBeNull()
  expect(await withAdvisoryLock(db, 'mopping', async () => 'other')).toBe('other')
  held.resolve()
  expect(await first).toBe('first')
  await expect(withAdvisoryLock(db, 'sweeping', () => Promise.reject(new Error('no broom')))).rejects.toThrow(
    'no broom',
  )
  expect(await withAdvisoryLock(db, 'sweeping', async () => 'third')).toBe('third')
})

it('continues the work without its connection, which releases the lock', async () => {
  const first = withAdvisoryLock(db, 'sweeping', async () => {
    await db.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    )
    // what the server said of it arrives with this at the latest, while nobody waits for an answer of that connection
    await db.pool.query('SELECT pg_sleep(0.2)')
    return 'swept'
  })
  expect(await first).toBe('swept')
  expect(await withAdvisoryLock(db, 'sweeping', async () => 'again')).toBe('again')
})
