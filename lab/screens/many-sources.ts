import type { Browser, Page } from '@playwright/test'
import type { ApiPolledSource } from '#lib/setup/api/index.ts'
import { type MainThreadLoad, measureBlocking, printBlocking } from './blocking.ts'

const RESOURCES = 60
const RUNS = 3
const REFRESHES = 3
/** Number of keys pressed after the response, so that its drawing is measured, too. */
const KEYS_AFTER = 8

/**
 * Measures key presses on the Sources page with 60 resources of up to seven polls each, all of which change at each
 * refresh. Types a search, and moves through the cells with Tab.
 */
export async function keysWhileSourcesRefresh(browser: Browser, url: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } })
  await answerManySources(page)
  await page.goto(`${url}/sources`)
  await page.waitForFunction(
    (least) => {
      dispatchEvent(new Event('visibilitychange'))
      return document.querySelectorAll('section[aria-label=Polls] tbody tr').length >= least
    },
    RESOURCES,
    { polling: 1_000 },
  )
  const pressing = (keys: readonly string[]) => async () => {
    for (let refresh = 0; refresh < REFRESHES; refresh++) {
      let isAnswered = false
      const answered = page.waitForResponse(/\/api\/v1\/sources/).then(() => {
        isAnswered = true
      })
      for (let more = 0, key = 0; more < KEYS_AFTER; key++) {
        // the page requests the data again when it becomes visible, but not within two seconds of a response
        await page.evaluate(() => dispatchEvent(new Event('visibilitychange')))
        await page.keyboard.press(keys[key % keys.length] as string)
        if (isAnswered) more += 1
      }
      await answered
    }
  }
  const [typing, tabbing]: [MainThreadLoad[], MainThreadLoad[]] = [[], []]
  for (let run = 0; run < RUNS; run++) {
    await page.keyboard.press('/')
    await page.getByRole('combobox').waitFor()
    typing.push(await measureBlocking(page, pressing(['g', 'w', 'Backspace', 'Backspace'])))
    await page.keyboard.press('Escape')
    await page.getByRole('region', { name: 'Polls', exact: true }).focus()
    tabbing.push(await measureBlocking(page, pressing(['Tab'])))
  }
  printBlocking(`${RESOURCES} sources refresh, a search is typed`, typing)
  printBlocking(`${RESOURCES} sources refresh, cells are gone through`, tabbing)
  await page.close()
}

/**
 * Replaces the responses of Sources with 60 resources that have the polls of the real ones. The times are new in each
 * response.
 */
function answerManySources(page: Page): Promise<unknown> {
  let real: { data: ApiPolledSource[] } | null = null
  return page.route(/\/api\/v1\/sources\b/, async (route) => {
    const answer = (real ??= (await (await route.fetch()).json()) as { data: ApiPolledSource[] })
    const now = new Date().toISOString()
    const scopes = [...new Set(answer.data.map(({ scope }) => scope))]
    const data = Array.from({ length: RESOURCES }, (_, n) =>
      answer.data
        .filter(({ scope }) => scope === scopes[n % scopes.length])
        .map((poll) => ({ ...poll, scope: `${n}`, scopeName: `${poll.scopeName}-${n}`, lastOkAt: now })),
    ).flat()
    await route.fulfill({ json: { ...answer, asOf: now, data } })
  })
}
