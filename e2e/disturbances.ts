import { type APIRequestContext, test } from '@playwright/test'
import { startSimulatedEvent } from './estate.ts'
import { waitForTurnToDisturbResource } from './turns.ts'

/**
 * Lets the tests of a file disturb one circuit of the shared estate, one test at a time. A disturbance lasts until the
 * test restores it, at the latest until the end of the test.
 */
export function provideCircuitDisturbances(circuit: string): {
  disturb(request: APIRequestContext, what: object): Promise<void>
  restore(): Promise<void>
} {
  test.describe.configure({ mode: 'default', timeout: 600_000 })
  const ends: (() => Promise<void>)[] = []
  const restore = async () => {
    for (const end of ends.splice(0)) await end()
  }
  let endTurn: (() => void) | undefined
  test.beforeEach(async () => {
    endTurn = await waitForTurnToDisturbResource(circuit)
  })
  test.afterEach(async () => {
    await restore()
    endTurn?.()
    endTurn = undefined
  })
  return {
    async disturb(request, what) {
      ends.push(await startSimulatedEvent(request, { ...what, seconds: 900 }))
    },
    restore,
  }
}
