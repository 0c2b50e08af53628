import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** The product has started by now. Where it started beside other tests, those of browsers wait for the file that says that they have ended. */
export default async function begin(): Promise<void> {
  const file = process.env.PEERWATCH_E2E_BEGIN
  while (file && !existsSync(file)) await delay(250)
}
