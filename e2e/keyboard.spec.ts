import { expect, type Locator, type Page, test } from '@playwright/test'
import type { BackTestBody, Incident, Overview } from '#lib/contract/index.ts'
import { alterAnswers, askedAgain } from './altered-answers.ts'
import { circuitNamed, goByKeys, outageOf, settled } from './estate.ts'

test('every screen is two keys away', async ({ page }) => {
  await page.goto('/')
  await settled(page)
  for (const [key, name] of [
    ['c', 'Circuits'],
    ['g', 'Gateways'],
    ['b', 'Sessions'],
    ['r', 'Routes'],
    ['i', 'Incidents'],
    ['e', 'Events'],
    ['h', 'Handover'],
    ['s', 'Sources'],
    [',', 'Settings'],
    ['o', 'Overview'],
  ] as const) {
    await goByKeys(page, key, name)
  }
})

test('? shows the shortcuts, f goes to the filter, and what it leaves is reached by Tab', async ({ page }) => {
  await page.goto('/circuits')
  await settled(page)
  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: 'Keyboard' })
  await expect(help).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(help).toBeHidden()
  await page.keyboard.press('f')
  const filter = page.getByRole('searchbox', { name: 'Filter circuits' })
  await expect(filter).toBeFocused()
  await page.keyboard.type('g c ?')
  await expect(filter).toHaveValue('g c ?')
  await page.keyboard.press('Escape')
  await expect(filter).not.toBeFocused()
  await page.keyboard.press('f')
  await expect(filter).toBeFocused()
  await page.keyboard.type('amsterdam')
  await expect(page.getByRole('link', { name: 'erc-london' })).toHaveCount(0)
  await tabTo(page, page.getByRole('link', { name: 'erc-amsterdam' }))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'erc-amsterdam' })).toBeVisible()
})

test('no shortcut fires through a dialog, a popover or a field', async ({ page, request }) => {
  const { id } = await circuitNamed(request, 'erc-london')
  await page.goto(`/circuits/${id}`)
  await settled(page)
  await page.getByRole('button', { name: 'Ticket text' }).first().click()
  const ticket = page.getByRole('dialog')
  await expect(ticket).toBeVisible()
  for (const key of ['g', 'b', 'f', '?', '/', 'Control+k']) await page.keyboard.press(key)
  await expect(page.getByRole('dialog')).toHaveCount(1)
  await expect(page).toHaveURL(new RegExp(`/circuits/${id}$`))
  await page.keyboard.press('Escape')
  await expect(ticket).toBeHidden()

  await page.goto('/events')
  await settled(page)
  await page.getByRole('button', { name: /^Kind:/ }).click()
  await expect(page.getByRole('dialog', { name: 'Kinds of events' })).toBeVisible()
  await page.keyboard.type('flap')
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(/\/events$/)
  await expect(page.locator('[data-search]').first()).toHaveValue('')
})

test('after a navigation the focus is on the heading of the new page', async ({ page }) => {
  await page.goto('/')
  await settled(page)
  const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true })
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Circuits' }).click()
  await expect(heading('Circuits')).toBeFocused()
  await settled(page)
  await page.getByRole('link', { name: 'erc-amsterdam', exact: true }).first().click()
  await expect(heading('erc-amsterdam')).toBeFocused()
  await goByKeys(page, 'e', 'Events')
  await expect(heading('Events')).toBeFocused()
  await page.goBack()
  await expect(heading('erc-amsterdam')).toBeFocused()
})

test('from the overview, past the navigation, to the circuit that fails, along its tracks, and on by the palette', async ({
  page,
  request,
}) => {
  const { id } = await circuitNamed(request, 'erc-amsterdam')
  await alterAnswers<Overview>(page, /\/api\/v1\/overview$/, (overview) => ({
    ...overview,
    worstFirst: [
      {
        type: 'circuit',
        id,
        name: 'erc-amsterdam',
        state: 'reduced',
        kind: null,
        severity: 'degraded',
        reason: 'Secondary path: BGP is down.',
        since: null,
        href: `/circuits/${id}`,
        incidentId: null,
      },
    ],
  }))
  await page.goto('/')
  await settled(page)
  const failing = page
    .getByRole('navigation', { name: 'Starting points' })
    .getByRole('link', { name: /^Worst problem.*erc-amsterdam/ })
  await askedAgain(page, failing)
  await page.keyboard.press('Tab')
  const skip = page.getByRole('link', { name: 'Skip to content' })
  await expect(skip).toBeFocused()
  await expect(skip).toBeInViewport()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('main')).toBeFocused()
  await tabTo(page, failing)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'erc-amsterdam' })).toBeVisible()
  await settled(page)
  const axis = page.getByRole('slider', { name: /^Time on the axis/ })
  await tabTo(page, axis)
  await expect(axis).toHaveAttribute('aria-valuetext', 'no time selected')
  await page.keyboard.press('ArrowLeft')
  await expect(axis).toHaveAttribute('aria-valuetext', /UTC/)
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox', { name: 'Go to' })).toBeFocused()
  await page.keyboard.type('ergw-hub')
  await expect(page.getByRole('option', { name: /ergw-hub/, selected: true })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'ergw-hub' })).toBeVisible()
})

test('an address is looked up as of a moment, which is moved part by part', async ({ page }) => {
  await page.goto('/routes?view=lookup')
  await settled(page)
  await page.keyboard.press('f')
  await expect(page.getByLabel('IP address')).toBeFocused()
  await page.keyboard.type('10.10.4.7')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/ip=10\.10\.4\.7/)
  await expect(page.getByRole('status').filter({ hasText: '10.10.4.7' })).toBeVisible()
  await tabTo(page, page.getByRole('button', { name: 'Pin now' }))
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Back to now' })).toBeFocused()
  const asked = () => new URL(page.url()).searchParams.get('at')
  await expect.poll(asked).not.toBeNull()
  const pinned = asked()
  await expect(page.getByRole('status').filter({ hasText: '10.10.4.7' })).toBeVisible()
  const moment = page.getByLabel(/^As of/)
  // between the button and the parts of the moment stands the calendar's
  await expect(async () => {
    await page.keyboard.press('Shift+Tab')
    await expect(moment).toBeFocused({ timeout: 100 })
    await page.keyboard.press('ArrowDown')
    await expect.poll(asked, { timeout: 1_000 }).not.toBe(pinned)
  }).toPass()
  const moved = asked()
  await expect(moment).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect.poll(asked).not.toBe(moved)
  await expect(moment).toBeFocused()
  await tabTo(page, page.getByRole('button', { name: 'Back to now' }))
  await page.keyboard.press('Enter')
  await expect.poll(asked).toBeNull()
})

test('an incident is acknowledged, with a note', async ({ page, request }) => {
  const { id } = await outageOf(request)
  // as if it were not closed yet and nobody had taken it on: what is open at the moment is another matter each time
  let acknowledged: Incident['acknowledged'] = null
  await alterAnswers<Incident>(page, new RegExp(`/api/v1/incidents/${id}$`), (incident) => ({
    ...incident,
    state: 'open',
    closedAt: null,
    acknowledged,
  }))
  await page.route(`**/api/v1/incidents/${id}/ack`, async (route) => {
    const { note } = route.request().postDataJSON() as { note: string }
    acknowledged = { at: new Date().toISOString(), by: 'local', note }
    await route.fulfill({ json: { data: {} } })
  })
  await page.goto(`/incidents/${id}`)
  await settled(page)
  const note = page.getByLabel(/^Note \(optional\)/)
  await askedAgain(page, note)
  await tabTo(page, note)
  await page.keyboard.type('the carrier is called')
  await page.keyboard.press('Enter')
  await expect(page.getByText(/^Acknowledged by local/)).toContainText('the carrier is called')
})

test('a threshold is tried on the past, and nothing is saved', async ({ page }) => {
  let wanted: BackTestBody | undefined
  const found = (changed: BackTestBody['values']) => ({
    id: 'tried',
    requestedAt: new Date().toISOString(),
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-11-08T00:00:00.000Z',
    version: 0,
    changed,
    state: 'done',
    progress: 1,
    startedAt: null,
    finishedAt: null,
    error: null,
    result: { kinds: [], appeared: [], vanished: [], appearedCount: 0, vanishedCount: 0, notReproducible: [] },
  })
  await page.route(/\/api\/v1\/back-tests(\?|$)/, async (route) => {
    if (route.request().method() === 'POST') {
      wanted = route.request().postDataJSON() as BackTestBody
      return route.fulfill({ status: 202, json: { data: found(wanted.values) } })
    }
    const freshness = { state: 'fresh', oldestPollAt: null }
    const data = wanted ? [found(wanted.values)] : []
    return route.fulfill({ json: { data, asOf: new Date().toISOString(), freshness } })
  })
  await page.goto('/settings/declarations')
  await settled(page)
  await tabTo(page, page.getByRole('link', { name: 'Thresholds' }))
  await page.keyboard.press('Enter')
  const value = page.getByRole('textbox', { name: /^Value of / }).first()
  await expect(value).toBeVisible()
  await tabTo(page, value)
  const more = (await value.inputValue()).replace(/\d+/, (number) => `${Number(number) + 1}`)
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type(more)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('form', { name: 'Changes' })).toContainText('1 value changed, not saved')
  await tabTo(page, page.getByRole('button', { name: 'Back-test on the last 7 days' }), 'Shift+Tab')
  await page.keyboard.press('Enter')
  await expect(page.getByText('the same events would have been raised')).toBeVisible()
  expect(Object.values(wanted?.values ?? {})).toEqual([expect.any(Number)])
})

/** Walks until the focus is there, as somebody without a mouse does. */
async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await expect(async () => {
    await page.keyboard.press(key)
    const isReached = await target.evaluateAll((elements) => elements.some((one) => one === document.activeElement))
    expect(isReached).toBe(true)
  }).toPass({ intervals: [0], timeout: 90_000 })
}

/**
 * What opens a menu or a dialog, one of each kind: names of resources and counts left out of what they are called. Each is marked, so that
 * it is the same one for the whole walk.
 * @param known kinds that were walked before, which are left out; those that are found are added
 */
async function openersOf(page: Page, known: Set<string>): Promise<Locator[]> {
  const all = page.getByRole('button').and(page.locator('[aria-haspopup]')).filter({ visible: true })
  const kinds = await all.evaluateAll(
    (buttons, known) => {
      const kindOf = (button: Element) =>
        (button.getAttribute('aria-label') ?? button.textContent ?? '').split(/ of | about |: /)[0] ?? ''
      const kinds = buttons.map(kindOf)
      return buttons.flatMap((button, index) => {
        const kind = kindOf(button)
        if (kinds.indexOf(kind) !== index || known.includes(kind)) return []
        button.setAttribute('data-walked', kind)
        return [kind]
      })
    },
    [...known],
  )
  for (const kind of kinds) known.add(kind)
  return kinds.map((kind) => page.locator(`[data-walked=${JSON.stringify(kind)}]`))
}

/** Whether whoever has no mouse sees where they are: an outline, or the ground of a chosen item. */
const seesFocus = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const focused = document.activeElement
    if (!focused || focused === document.body) return false
    const { outlineStyle, outlineWidth, backgroundColor } = getComputedStyle(focused)
    const isOutlined = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2
    const isChosen = focused.hasAttribute('data-highlighted') && backgroundColor !== 'rgba(0, 0, 0, 0)'
    // a dialog that holds the focus itself is what is seen; the palette's field has its caret
    return isOutlined || isChosen || focused.matches('[role=dialog], [role=menu], [role=combobox]')
  })

const isWithin = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.activeElement?.closest('[role=dialog], [role=menu]') != null)

/** Opens it, and leaves by Escape. */
async function openAndLeave(page: Page, opener: Locator, path: string): Promise<void> {
  // one that an answer has taken away meanwhile is not waited for
  const timeout = 20_000
  const which = `${path}: ${await opener.evaluate(({ outerHTML }) => outerHTML.slice(0, 200), undefined, { timeout })}`
  await opener.focus({ timeout })
  await page.keyboard.press('Enter')
  const over = page.locator('[role=dialog], [role=menu]')
  await expect(over, which).toBeVisible()
  // the focus moves in a moment after it is drawn
  await expect.poll(() => isWithin(page), { message: which, intervals: [20] }).toBe(true)
  expect(await seesFocus(page), which).toBe(true)
  await page.keyboard.press('Escape')
  await expect(over, which).toBeHidden()
  await expect(opener, which).toBeFocused()
  expect(await seesFocus(page), which).toBe(true)
}

test('each menu and dialog closes with Escape, gives the focus back, and shows where it is', async ({
  page,
  request,
}) => {
  const known = new Set<string>()
  const circuit = `/circuits/${(await circuitNamed(request, 'erc-london')).id}`
  for (const [path, colorScheme] of [
    [circuit, 'light'],
    ['/events', 'dark'],
  ] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.goto(path)
    await settled(page)
    // no answer from now on: what comes and goes with incidents holds still, but for answers that are in flight
    await page.route('**/api/v1/**', () => {})
    const openers = await openersOf(page, known)
    expect(openers.length, path).toBeGreaterThan(0)
    for (const opener of openers) {
      try {
        await openAndLeave(page, opener, path)
      } catch (error) {
        if ((await opener.count()) > 0) throw error
      }
    }
    await page.unrouteAll({ behavior: 'ignoreErrors' })
  }
})
