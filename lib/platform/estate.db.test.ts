import { describe, expect, it } from 'vitest'
import { claimEstate, EstateError } from './estate.ts'
import { createTestDatabase, withTestDatabase } from './testing/database.ts'

const db = withTestDatabase()

describe('the estate of a database', () => {
  it('is what claimed it first, and refuses the other', async () => {
    await claimEstate(db.url, 'azure')
    await claimEstate(db.url, 'azure')
    await expect(claimEstate(db.url, 'simulator')).rejects.toThrow(EstateError)
    await expect(claimEstate(db.url, 'simulator')).rejects.toThrow(
      /holds a real Azure estate.*use another DATABASE_URL/,
    )
  })

  it('is decided once when two claim it together', async () => {
    const { url, drop } = await createTestDatabase()
    try {
      const outcomes = await Promise.allSettled([claimEstate(url, 'azure'), claimEstate(url, 'simulator')])
      expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected'])
    } finally {
      await drop()
    }
  })
})
