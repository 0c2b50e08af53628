import { type APIRequestContext, type Page, test } from '@playwright/test'
import { happen } from './estate.ts'
import { turnAt } from './turns.ts'

/**
 * Lets the tests of a file disturb one circuit of the estate that all tests check, one after the other, each with a turn of its own at
 * it. What a test disturbs lasts until it restores it, and is restored after the test in any case.
 */
export function disturbing(circuit: string): {
  disturb(page: Page, request: APIRequestContext, what: object): Promise<void>
  restore(): Promise<void>
} {
  test.describe.configure({ mode: 'default', timeout: 600_000 })
  const ends: (() => Promise<void>)[] = []
  const restore = async () => {
    for (const end of ends.splice(0)) await end()
  }
  let endTurn: (() => void) | undefined
  test.beforeEach(async () => {
    endTurn = await turnAt(circuit)
  })
  test.afterEach(async () => {
    await restore()
    endTurn?.()
    endTurn = undefined
  })
  return {
    async disturb(page, request, what) {
      ends.push(await happen(page, request, { ...what, seconds: 900 }))
    },
    restore,
  }
}
