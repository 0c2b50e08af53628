import { mkdirSync, rmdirSync } from 'node:fs'
import path from 'node:path'
import { expect } from '@playwright/test'

/**
 * Waits until no other test disturbs this resource, because `test:all` runs short and long tests of a spec at the same
 * time.
 * @returns a function that ends the turn
 */
export async function waitForTurnToDisturbResource(resource: string): Promise<() => void> {
  const taken = path.join(process.env.PEERWATCH_E2E_DATA_DIR ?? '', `${resource}.disturbed`)
  const take = () => {
    try {
      mkdirSync(taken)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw error
    }
  }
  await expect.poll(take, { message: `${resource} is left alone`, timeout: 300_000 }).toBe(true)
  return () => rmdirSync(taken)
}
