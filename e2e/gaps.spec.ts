import { type APIRequestContext, expect, type Page, test } from '@playwright/test'
import type { Event, Overview } from '#lib/contract/index.ts'
import { alterAnswers, askedAgain } from './altered-answers.ts'
import { circuitNamed, gatewayNamed, outageOf, settled } from './estate.ts'
import { longIf } from './long.ts'

/** A phone, a tablet, laptops, a desk's screen, a wall. */
const widths = [360, 768, 1280, 1440, 1920, 2560, 3840]

/** So many entries of each list, between none and more than are shown. */
const amounts = [
  { problems: 0, events: 0 },
  { problems: 1, events: 12 },
  { problems: 2, events: 1 },
  { problems: 4, events: 5 },
  { problems: 20, events: 3 },
]

for (const [index, { problems, events }] of amounts.entries()) {
  test(
    `no hole is left on the overview by ${problems} that fail and ${events} events`,
    longIf(index < amounts.length - 1),
    async ({ page, request }) => {
      const { id } = await circuitNamed(request, 'erc-london')
      const { root } = await outageOf(request)
      await alterAnswers<Overview>(page, /\/api\/v1\/overview$/, (overview) => ({
        ...overview,
        worstFirst: Array.from({ length: problems }, (_, index) => ({
          type: 'circuit',
          id: `${id}-${index}`,
          name: `erc-problem-${index}`,
          state: 'reduced',
          kind: null,
          severity: 'degraded',
          reason: 'The secondary path is down.',
          incidentId: null,
          since: null,
          href: `/circuits/${id}`,
        })),
        recentEvents: Array.from(
          { length: events },
          (_, index): Event => ({
            ...(root as Event),
            id: `event-${index}`,
            scopeName: `erc-event-${index}`,
          }),
        ),
      }))
      await page.goto('/')
      await settled(page)
      const last =
        events === 0 ? page.getByText('No events yet') : page.getByText(`erc-event-${events - 1}`, { exact: true })
      await askedAgain(page, last)
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 })
        await expect.poll(() => holesOf(page), `at ${width} px`).toEqual([])
      }
    },
  )
}

for (const [name, pathOf] of [
  ['a circuit', async (request: APIRequestContext) => `/circuits/${(await circuitNamed(request, 'erc-london')).id}`],
  ['a gateway', async (request: APIRequestContext) => `/gateways/${(await gatewayNamed(request, 'ergw-hub')).id}`],
  ['the handover page', async () => '/handover'],
] as const) {
  test(`no hole is left on the page of ${name}`, async ({ page, request }) => {
    await page.goto(await pathOf(request))
    await settled(page)
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 })
      await expect.poll(() => holesOf(page), `at ${width} px`).toEqual([])
    }
  })
}

/** Panels beside each other of which one ends above the other, panels that touch, and lists of which a row does not reach the edge. */
function holesOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const boxOf = (element: Element) => element.getBoundingClientRect()
    const nameOf = (panel: Element) => panel.querySelector('h2')?.textContent ?? ''
    const all = [...document.querySelectorAll('main section:has(> header > h2)')]
    const panels = all.filter((one) => !all.some((other) => other !== one && other.contains(one)))
    const uneven = panels.flatMap((one, index) =>
      panels.slice(index + 1).flatMap((other) => {
        const [a, b] = [boxOf(one), boxOf(other)]
        const areBeside = a.top < b.bottom - 1 && b.top < a.bottom - 1
        return areBeside && Math.abs(a.bottom - b.bottom) > 2 ? `beside ${nameOf(one)} and ${nameOf(other)}` : []
      }),
    )
    const touching = panels.flatMap((one) => {
      const { left, right, bottom } = boxOf(one)
      const next = panels.filter((other) => other !== one && boxOf(other).left < right && boxOf(other).right > left)
      return next.some((other) => Math.abs(boxOf(other).top - bottom) < 4) ? `no gap below ${nameOf(one)}` : []
    })
    const ragged = [...document.querySelectorAll('main .entries')].filter((list) => {
      const entries = [...list.children].map(boxOf)
      const edge = boxOf(list).right
      return entries.some(({ top, right }) => {
        const row = entries.filter((other) => Math.abs(other.top - top) < 1)
        return right > edge + 1 || Math.max(...row.map((other) => other.right)) < edge - 2
      })
    })
    return [...uneven, ...touching, ...ragged.map((list) => `at the end of a row: ${list.textContent?.slice(0, 40)}`)]
  })
}
