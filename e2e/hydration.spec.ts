import { expect, test } from '@playwright/test'
import { alterApiResponses } from './altered-answers.ts'
import { getLondonCircuitPagePath, fetchLondonOutageIncident, waitUntilPageSettled } from './estate.ts'
import { PHONE_WIDTH_PX } from './layout.ts'
import { tagLongIf } from './long.ts'
import { showOnlyGivenOpenIncidents } from './open-incidents.ts'

/** Factor by which the CPU is slowed down, so that parts of a page are hydrated seconds after others. */
const SLOWER = 6
const LOADS = 2

for (const [where, pathOf] of [
  ['the overview', async () => '/'],
  ['the incidents', async () => '/incidents'],
  ['a circuit', getLondonCircuitPagePath],
] as const)
  for (const width of [PHONE_WIDTH_PX, 1440, 3840])
    test(
      `${where} at ${width} px is what the server drew, though an incident has opened since, and the clock has gone on`,
      tagLongIf(where !== 'the overview' || width !== PHONE_WIDTH_PX),
      async ({ page, request }) => {
        await page.setViewportSize({ width, height: 900 })
        const path = await pathOf(request)
        const outage = await fetchLondonOutageIncident(request)
        const began = new Date(Date.now() - 600_000).toISOString()
        const open = { state: 'open', phase: 'ongoing', startedBetween: [began, began], endedBetween: null }
        await showOnlyGivenOpenIncidents(page, [{ ...outage, ...open }])
        await alterApiResponses<object[]>(page, /\/api\/v1\/maintenance(\?|$)/, () => [])
        await page.addInitScript(() => {
          const now = Date.now
          Date.now = () => now() + 90_000
        })
        const complaints: string[] = []
        page.on('console', (message) => {
          if (message.type() === 'error') complaints.push(message.text())
        })
        page.on('pageerror', ({ message }) => complaints.push(message))
        const devtools = await page.context().newCDPSession(page)
        await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
        try {
          for (let load = 0; load < LOADS; load++) {
            await page.goto(path)
            await waitUntilPageSettled(page)
          }
        } finally {
          // otherwise the next tests of this worker would be slow too, because they use the same page
          await devtools.detach()
        }
        expect(complaints).toEqual([])
      },
    )
