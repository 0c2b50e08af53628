import { type APIRequestContext, expect, type Locator, type Page } from '@playwright/test'
import type { CostReview } from '#lib/cost/api/index.ts'
import { circuitNamed, read, settled } from './estate.ts'

export const panel = (page: Page, name: string | RegExp): Locator =>
  page.locator('section', { has: page.getByRole('heading', { name, level: 2 }) })

/** Returns the rows of the table with the decision of each circuit. */
export const decisionRows = (page: Page): Locator =>
  page.getByRole('region', { name: /^Cost of each circuit in/ }).getByRole('row')

/** Opens a tab of the review, and returns the panel after it is visible. */
export async function part(page: Page, tab: string, name: string | RegExp): Promise<Locator> {
  await page.getByRole('tab', { name: tab, exact: true }).click()
  await expect(panel(page, name)).toBeVisible()
  return panel(page, name)
}

export async function reviewOf(request: APIRequestContext): Promise<CostReview> {
  return (await read<{ data: CostReview }>(request, 'cost/weekly')).data
}

/** Opens the review in the given tab, for one circuit, after all six circuits of the estate are included. */
export async function openReview(
  page: Page,
  request: APIRequestContext,
  name = 'erc-london',
  tab = 'options',
): Promise<string> {
  const { id } = await circuitNamed(request, name)
  await expect.poll(async () => (await reviewOf(request)).projections.circuits.length).toBe(6)
  await page.goto(`/cost?tab=${tab}&circuit=${id}`)
  await settled(page)
  return id
}
