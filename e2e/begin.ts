import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Waits until the browser tests may begin. The product has started before this. If other tests still run, the file
 * PEERWATCH_E2E_BEGIN is written when they have ended.
 */
export default async function waitUntilBrowserTestsMayBegin(): Promise<void> {
  const file = process.env.PEERWATCH_E2E_BEGIN
  while (file && !existsSync(file)) await delay(250)
}
