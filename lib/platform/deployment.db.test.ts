import { describe, expect, it } from 'vitest'
import { claimDeployment, DeploymentError } from './deployment.ts'
import { createTestDatabase, withTestDatabase } from './testing/database.ts'

const db = withTestDatabase()

describe('the estate of a database', () => {
  it('is that of the first claim, and refuses the other', async () => {
    await claimDeployment(db.url, 'azure')
    await claimDeployment(db.url, 'azure')
    await expect(claimDeployment(db.url, 'simulator')).rejects.toThrow(DeploymentError)
    await expect(claimDeployment(db.url, 'simulator')).rejects.toThrow(
      /holds a real Azure estate.*use another DATABASE_URL/,
    )
  })

  it('is decided once by concurrent claims', async () => {
    const { url, drop } = await createTestDatabase()
    try {
      const outcomes = await Promise.allSettled([claimDeployment(url, 'azure'), claimDeployment(url, 'simulator')])
      expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected'])
    } finally {
      await drop()
    }
  })
})
