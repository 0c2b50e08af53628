import { type APIRequestContext, type ConsoleMessage, expect, type Page, test } from '@playwright/test'
import type { CircuitParity, Session } from '#lib/contract/index.ts'
import { alterAnswers, askedAgain } from './altered-answers.ts'
import { circuitNamed, gatewayNamed, outageOf, settled } from './estate.ts'
import { expectNoHoles } from './holes.ts'
import { sidewaysExcess } from './long-names.ts'
import { daysAgo, expectAccessible, expectToFit, mainViews } from './views.ts'
import { longIf } from './long.ts'
import { crowdedTargets } from './targets.ts'
import { layoutShift } from '../bench/screens/counts.ts'
import { noteScripts, PAGE_SCRIPT_BYTES } from '../bench/screens/page-scripts.ts'
import { compressedBytes, seeAll } from './scripts.ts'

const PHONE = 360
/** Rows of a table that axe checks: those after them are made alike. */
const ROWS = 4
/** Where the scripts are measured: what loads the most. The wall has a limit of its own; appearance.long.spec.ts: all the others. */
const HEAVY = ['Overview', 'Routes', 'Cost', 'a circuit']
/** Where it is measured how far what is already there moves while the page loads: no other test opens an incident on them meanwhile. */
const STEADY = ['Routes', 'Cost', 'a circuit']
const MOST_SHIFT = 0.05
/** Made of the parts of another page that is checked: lists as Circuits or Events, pages of one element as a circuit's, a view of Routes, forms. */
const LIKE_ANOTHER = [
  'Gateways',
  'Networks',
  'Hubs',
  'Sessions',
  'Incidents',
  'Sources',
  'a gateway',
  'a hub',
  'a session',
  'where an address went',
  'Settings',
]
/** Panels beside each other. gaps.spec.ts: the overview with further amounts of entries. */
const WITH_PANELS = ['Overview', 'a circuit', 'a gateway', 'Handover']

test.describe('every page', () => {
  // what fades from one theme into the other has no contrast of its own
  test.use({ contextOptions: { reducedMotion: 'reduce' } })

  // appearance.long.spec.ts: each page in both themes, all rows, at every width, and what one press more shows
  for (const [index, { name, pathOf }] of mainViews.entries()) {
    const theme = index % 2 === 0 ? 'light' : 'dark'
    const isHeavy = HEAVY.includes(name)
    const hasPanels = WITH_PANELS.includes(name)
    const title = `${name} complains of nothing, is accessible (${theme}), has targets of 24 px, ${hasPanels ? 'has no holes, ' : ''}${isHeavy ? 'fits a phone, and needs few scripts' : 'and fits a phone'}`
    test(title, longIf(LIKE_ANOTHER.includes(name)), async ({ page, request }) => {
      const complaints: string[] = []
      page.on('console', (message: ConsoleMessage) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(error.message))
      const scripts = noteScripts(page)
      const response = await page.goto(await pathOf(request))
      expect(response?.headers()['content-security-policy']).toContain("script-src 'self' 'nonce-")
      expect(response?.headers()['x-powered-by']).toBeUndefined()
      await settled(page)
      expect(complaints).toEqual([])
      if (STEADY.includes(name)) expect(await page.evaluate(layoutShift), 'layout shift').toBeLessThan(MOST_SHIFT)
      expect(await crowdedTargets(page)).toEqual([])
      await expectAccessible(page, theme, { rows: ROWS })
      if (hasPanels) await expectNoHoles(page)
      await expectToFit(page, request, [PHONE])
      expect(await crowdedTargets(page), 'on a phone').toEqual([])
      if (!isHeavy) return
      const [script = ''] = scripts
      expect(await (await request.get(script)).text(), 'is compiled ahead').toMatch(/^\/\/# allFunctionsCalledOnLoad\n/)
      await seeAll(page)
      expect(await compressedBytes(request, scripts)).toBeLessThan(PAGE_SCRIPT_BYTES)
    })
  }

  test('the wall fits a phone, however long the names', async ({ page, request }) => {
    await page.goto('/wall')
    await settled(page)
    await expectToFit(page, request, [PHONE])
  })
})

for (const [where, width, count, pathOf] of [
  ['the overview', PHONE, 1, async () => '/'],
  ['the overview', 1350, 1, async () => '/'],
  ['the overview', 1350, 4, async () => '/'],
  ['the incidents', PHONE, 1, async () => '/incidents'],
  ['a circuit', PHONE, 1, circuitPath],
  ['a circuit', 1350, 2, circuitPath],
] as const) {
  const isSteady = where !== 'the incidents'
  test(
    `${count === 1 ? 'an open incident' : `${count} incidents that open at once`} whose words are long ${count === 1 ? 'does' : 'do'} not widen ${where} at ${width} px${isSteady ? ', nor move it' : ''}`,
    longIf(where !== 'the overview' || width !== PHONE),
    async ({ page, request }) => {
      await page.setViewportSize({ width, height: 900 })
      const outage = await outageOf(request)
      const word = 'erc-'.padEnd(80, 'london')
      const root = { ...outage.root, scopeName: word }
      const open: object[] = []
      await answerIncidents(page, open)
      // the estate's own faults move a circuit's page too: it stays as it was read first
      let seen: unknown
      await alterAnswers(page, /\/api\/v1\/circuits\/[^/?]+$/, (circuit) => {
        seen ??= circuit
        return seen
      })
      await page.goto(await pathOf(request))
      await settled(page)
      if (isSteady) await askedAgain(page, page.getByText('No incident is open.'))
      const before = await page.evaluate(layoutShift)
      for (let n = 0; n < count; n++)
        open.push({
          ...outage,
          id: `${outage.id}${n || ''}`,
          root,
          scopeName: word,
          state: 'open',
          phase: 'ongoing',
          endedBetween: null,
        })
      await askedAgain(page, page.getByText(word).filter({ visible: true }).first())
      expect(await sidewaysExcess(page)).toEqual([])
      // nobody reloads these: what opens later must not push away what is being read
      if (isSteady) expect((await page.evaluate(layoutShift)) - before, 'layout shift').toBeLessThan(MOST_SHIFT)
    },
  )
}

for (const list of ['circuits', 'gateways', 'sessions', 'hubs', 'ports'])
  test(
    `the columns of ${list} keep their places when days and traffic come`,
    longIf(list !== 'circuits'),
    async ({ page }) => {
      let come = () => {}
      const answered = new Promise<void>((resolve) => {
        come = resolve
      })
      // nothing else comes meanwhile
      await page.route('**/api/v1/**', () => {})
      await page.route(
        /\/api\/v1\/((sessions\/|ports\/)?uptime|circuits\/history|gateways\/traffic)\b/,
        async (route) => {
          await answered
          await route.continue()
        },
      )
      await page.setViewportSize({ width: 1350, height: 900 })
      const awaited = page.locator('td .skeleton')
      // a busy server sends the page without its list
      await expect(async () => {
        await page.goto(`/${list}`)
        await expect(awaited.first()).toBeVisible({ timeout: 5_000 })
      }).toPass()
      const before = await placesIn(page)
      come()
      await expect(awaited).toHaveCount(0)
      const after = await placesIn(page)
      // a row's height is no whole number of pixels; rows far below may be drawn only now
      expect(before.filter((place, index) => Math.abs(place - (after[index] ?? -1)) > 1)).toEqual([])
    },
  )

/** Where each column begins, and each row. */
const placesIn = (page: Page) =>
  page
    .locator('th, tbody tr')
    .evaluateAll((all) => all.map((one) => one.getBoundingClientRect()[one.tagName === 'TR' ? 'top' : 'left']))

async function circuitPath(request: APIRequestContext): Promise<string> {
  return `/circuits/${(await circuitNamed(request, 'erc-london')).id}`
}

/** @param open read at each answer. Nothing else is wrong */
async function answerIncidents(page: Page, open: readonly object[]): Promise<void> {
  await alterAnswers(page, /\/api\/v1\/incidents\?/, () => open)
  await alterAnswers<object>(page, /\/api\/v1\/overview$/, (overview) => ({
    ...overview,
    worstFirst: [],
    incidents: { counts: open.length === 0 ? {} : { major: open.length }, recovered: 0, open },
  }))
}

test('at 1440 px no table of routes is wider than its page', longIf(true), async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 })
  for (const [path, name] of [
    ['/routes', 'Routes'],
    ['/routes?table=tables', 'Routes'],
    ['/routes?view=changes&range=30d', 'Changes of routes'],
  ] as const) {
    await page.goto(path)
    await settled(page)
    const table = page.getByRole('region', { name, exact: true })
    await expect(table.locator('tbody tr').first()).toBeVisible()
    expect(await table.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth), path).toBe(0)
  }
})

test(
  'at 1440 px values stand below the names of their columns, and a SKU on one line',
  longIf(true),
  async ({ page }) => {
    await page.setViewportSize({ width: 1440, height: 900 })
    for (const path of ['/circuits', '/sessions', '/handover']) {
      await page.goto(path)
      await settled(page)
      const table = page.locator('main table:has(tbody td)').first()
      await expect(table).toBeVisible()
      const apart = await table.evaluate((element) => {
        const edge = (cell: Element | undefined) => {
          if (!cell) return 0
          const { left } = cell.getBoundingClientRect()
          return left + Number.parseFloat(getComputedStyle(cell).paddingLeft)
        }
        const values = element.querySelectorAll('tbody tr:first-child > *')
        return [...element.querySelectorAll('thead th')].map((name, index) => edge(name) - edge(values[index]))
      })
      expect(
        apart.filter((px) => Math.abs(px) > 0.5),
        path,
      ).toEqual([])
    }
    await page.goto('/circuits')
    const skus = page.getByRole('cell', { name: /^Standard (metered|unlimited)$/ })
    await expect(skus.first()).toBeVisible()
    for (const sku of await skus.all())
      expect(
        await sku.evaluate((cell) => {
          const words = document.createRange()
          words.selectNodeContents(cell)
          return words.getClientRects().length
        }),
      ).toBe(1)
  },
)

test(
  'at 1440 px the time range stands beside the tabs of a circuit with an open incident',
  longIf(true),
  async ({ page, request }) => {
    await page.setViewportSize({ width: 1440, height: 900 })
    const outage = await outageOf(request)
    const began = new Date(Date.now() - 600_000).toISOString()
    const open = { ...outage, state: 'open', phase: 'ongoing', startedBetween: [began, began], endedBetween: null }
    await answerIncidents(page, [open])
    await page.goto(await circuitPath(request))
    await settled(page)
    await askedAgain(page, page.getByRole('radio', { name: /^incident:/ }))
    const [tabs, range] = await Promise.all([
      page.getByRole('tablist').boundingBox(),
      page.getByRole('radiogroup', { name: 'Time range' }).boundingBox(),
    ])
    if (!tabs || !range) throw new Error('Both are on the page.')
    expect(range.y).toBeLessThan(tabs.y + tabs.height)
    expect(range.x).toBeGreaterThan(tabs.x + tabs.width)
  },
)

test.describe('on a phone', () => {
  test.use({ viewport: { width: PHONE, height: 780 } })

  for (const [path, name, isLong] of [
    ['/circuits', 'ExpressRoute circuits', false],
    ['/gateways', 'Gateways', true],
    ['/sessions', 'BGP sessions', true],
    ['/routes', 'Routes', true],
    [`/routes?ip=10.10.4.7&at=${daysAgo(2)}`, 'Routes that cover 10.10.4.7', true],
    ['/routes?view=churn&range=30d', 'Prefixes with the most changes', true],
    ['/events?range=30d', 'Events', true],
  ] as const) {
    test(
      `${name} are a list: each value beside the name of its column, none beyond the edge`,
      longIf(isLong),
      async ({ page }) => {
        await page.goto(path)
        await settled(page)
        const list = page.getByRole('region', { name, exact: true })
        await expect(list.locator('tbody tr').first()).toBeVisible()
        await expect(list.locator('thead')).toBeHidden()
        expect(await list.locator('tbody tr:visible').count()).toBeLessThanOrEqual(25)
        // beside each other, and each within its own row
        const faults = await list.evaluate((region) => {
          const { right } = region.getBoundingClientRect()
          const words = [...region.querySelectorAll('tbody td *')].filter(
            ({ childElementCount }) => childElementCount === 0,
          )
          const beyond = words.filter((one) => one.getBoundingClientRect().right > right + 1)
          return [
            ...(region.scrollWidth > region.clientWidth ? ['it scrolls sideways'] : []),
            ...beyond.map(({ textContent }) => `${textContent} is cut`),
          ]
        })
        expect(faults).toEqual([])
        const column = await list
          .locator('tbody td:nth-child(2)')
          .first()
          .evaluate((cell) => {
            const { content, float } = getComputedStyle(cell, '::before')
            return { content, float }
          })
        expect(column).toEqual({ content: expect.stringMatching(/^"\w.*"$/), float: 'left' })
        const sort = page.getByRole('combobox', { name: /^Sort / })
        await expect(sort).toBeVisible()
      },
    )
  }

  test('words of an event are not broken in their middle', longIf(true), async ({ page }) => {
    await page.goto('/events?range=30d')
    await settled(page)
    const links = page
      .getByRole('region', { name: 'Events', exact: true })
      .getByRole('link', { name: 'incident', exact: true })
    await expect(links.first()).toBeVisible()
    const lines = await links.evaluateAll((all) => all.map((link) => link.getClientRects().length))
    expect(lines.filter((count) => count > 1)).toEqual([])
  })

  // the lists above: the same, with words of the estate
  test(
    'prefixes that differ between the paths of a circuit are a list, however long the AS paths',
    longIf(true),
    async ({ page, request }) => {
      const { id } = await circuitNamed(request, 'erc-london')
      const asPath = [12076, ...Array.from({ length: 12 }, (_, index) => 4_200_000_001 + index)]
      const parity: CircuitParity = {
        onlyPrimary: 1,
        onlySecondary: 0,
        shared: 1,
        unequal: 1,
        differences: [
          { prefix: 'fd00:1234:5678:9abc:def0:1234::/96', primary: asPath, secondary: asPath.slice(0, 5) },
          { prefix: '10.20.0.0/16', primary: asPath, secondary: null },
        ],
      }
      await alterAnswers(page, /\/api\/v1\/circuits\/[^/]+\/parity$/, () => parity)
      await page.goto(`/circuits/${id}?tab=routes`)
      await settled(page)
      const list = page.getByRole('region', { name: 'Prefixes that differ', exact: true })
      // the estate itself may differ in the other one
      await askedAgain(page, list.getByText('fd00:1234:5678:9abc:def0:1234::/96', { exact: true }))
      await expect(list.locator('thead')).toBeHidden()
      await expect(list.getByText('missing', { exact: true })).toBeVisible()
      expect(await list.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0)
      expect(await sidewaysExcess(page)).toEqual([])
    },
  )

  test('a list of hundreds of rows is scrolled from its first to its last', async ({ page, request }) => {
    await gatewayNamed(request, 'ergw-hub')
    const neighborOf = (index: number) => `10.9.${100 + Math.floor(index / 100)}.${100 + (index % 100)}`
    await alterAnswers<Session[]>(page, /\/api\/v1\/sessions(\?|$)/, ([session]) =>
      Array.from({ length: 400 }, (_, index) => ({ ...session, neighbor: neighborOf(index) })),
    )
    await page.goto('/sessions')
    await settled(page)
    const list = page.getByRole('region', { name: 'BGP sessions' })
    await askedAgain(page, list.getByText(neighborOf(0), { exact: true }))
    const scrolled = (share: number) =>
      list.evaluate((region, share) => {
        region.scrollIntoView({ block: 'end' })
        region.scrollTo({ top: region.scrollHeight * share })
      }, share)
    await expect(async () => {
      await scrolled(1)
      await expect(list.getByText(neighborOf(399), { exact: true })).toBeInViewport({ timeout: 1_000 })
    }).toPass()
    await scrolled(0.5)
    // in the middle stand rows, not the room that is kept for those that are not drawn
    const inTheMiddle = () =>
      list.evaluate((region) => {
        const { left, top, width, height } = region.getBoundingClientRect()
        return document
          .elementFromPoint(left + width / 2, top + height / 2)
          ?.closest('tr')
          ?.getAttribute('data-index')
      })
    await expect.poll(inTheMiddle).toMatch(/^\d+$/)
    await scrolled(0)
    await expect(list.getByText(neighborOf(0), { exact: true })).toBeInViewport()
  })
})

test('the theme is remembered, and the next page is drawn in it at once', async ({ page }) => {
  await page.goto('/')
  await settled(page)
  await page.getByRole('button', { name: /^Theme:/ }).click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  const html = await (await page.request.get('/circuits')).text()
  expect(html).toContain('data-theme="dark"')
})

test.describe('in another zone', () => {
  test.use({ timezoneId: 'Asia/Kolkata' })

  test('times are UTC until local time is asked for, which is remembered', async ({ page }) => {
    await page.goto('/')
    await settled(page)
    await expect(page.getByText(/as of \d\d:\d\d:\d\d UTC$/).first()).toBeVisible()
    await page.getByRole('button', { name: /show local time/ }).click()
    await expect(page.getByText(/as of \d\d:\d\d:\d\d UTC\+5:30$/).first()).toBeVisible()
    await page.reload()
    await expect(page.getByText(/as of \d\d:\d\d:\d\d UTC\+5:30$/).first()).toBeVisible()
  })
})
