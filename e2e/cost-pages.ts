import { type APIRequestContext, expect, type Locator, type Page } from '@playwright/test'
import type { CostReview } from '#lib/cost/api/index.ts'
import { circuitNamed, read, settled } from './estate.ts'

export const panel = (page: Page, name: string | RegExp): Locator =>
  page.locator('section', { has: page.getByRole('heading', { name, level: 2 }) })

/** A panel that is folded at first, opened. */
export async function unfolded(page: Page, name: string): Promise<Locator> {
  const part = panel(page, name)
  const head = part.getByRole('heading', { name, level: 2 }).getByRole('button')
  if ((await head.getAttribute('aria-expanded')) === 'false') await head.click()
  return part
}

export async function reviewOf(request: APIRequestContext): Promise<CostReview> {
  return (await read<{ data: CostReview }>(request, 'cost/weekly')).data
}

/** The review, about one circuit; waits until all of the estate's circuits are in it. */
export async function openReview(page: Page, request: APIRequestContext, name = 'erc-london'): Promise<string> {
  const { id } = await circuitNamed(request, name)
  await expect.poll(async () => (await reviewOf(request)).projections.circuits.length).toBe(5)
  await page.goto(`/cost?circuit=${id}`)
  await settled(page)
  return id
}
