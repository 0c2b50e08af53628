import { type APIRequestContext, expect, type Locator, type Page } from '@playwright/test'
import type { CostReviewWithSummary } from '#lib/cost/api/index.ts'
import { waitForCircuitByName, fetchApiResponseBody, waitUntilPageSettled } from './estate.ts'

export const getPanelByHeading = (page: Page, name: string | RegExp): Locator =>
  page.locator('section', { has: page.getByRole('heading', { name, level: 2 }) })

/** Returns the rows of the table with the decision of each circuit. */
export const getCostDecisionRows = (page: Page): Locator =>
  page.getByRole('region', { name: /^Cost of each circuit in/ }).getByRole('row')

/** Opens a tab of the review, and returns the panel after it is visible. */
export async function openCostReviewTabPanel(page: Page, tab: string, name: string | RegExp): Promise<Locator> {
  await page.getByRole('tab', { name: tab, exact: true }).click()
  await expect(getPanelByHeading(page, name)).toBeVisible()
  return getPanelByHeading(page, name)
}

export async function fetchCostReview(request: APIRequestContext): Promise<CostReviewWithSummary> {
  return (await fetchApiResponseBody<{ data: CostReviewWithSummary }>(request, 'cost/weekly')).data
}

/** Waits until the review includes all eight circuits of the estate, and returns the ID of a circuit. */
export async function waitForCostReview(request: APIRequestContext, name: string): Promise<string> {
  const { id } = await waitForCircuitByName(request, name)
  await expect.poll(async () => (await fetchCostReview(request)).projections.circuits.length).toBe(8)
  return id
}

/** Opens the review in the given tab, for one circuit, after all eight circuits of the estate are included. */
export async function openCostReview(
  page: Page,
  request: APIRequestContext,
  name = 'erc-london',
  tab = 'options',
): Promise<string> {
  const id = await waitForCostReview(request, name)
  await page.goto(`/cost?tab=${tab}&circuit=${id}`)
  await waitUntilPageSettled(page)
  return id
}
