import { expect, test } from '@playwright/test'
import type { CostOverridesResponse } from '#lib/cost/api/index.ts'
import { getCostDecisionRows, openCostReview, getPanelByHeading, openCostReviewTabPanel } from './cost-pages.ts'
import { fetchApiResponseBody } from './estate.ts'
import { tagLongIf } from './long.ts'

test(
  'an override is refused with words, holds at once, and is taken back with a reason; all of it stays as audit',
  tagLongIf(true),
  async ({ page, request }) => {
    // a circuit with a flat rate, so that the amount equals the overridden price
    await openCostReview(page, request, 'useasterc1cust1')
    const overrides = await openCostReviewTabPanel(page, 'Prices and assumptions', 'Price overrides')
    const form = overrides.getByRole('form', { name: 'New override' })
    const reason = `contract ${Date.now()}`
    await form.getByLabel('Kind').selectOption('negotiated price')
    await form.getByRole('button', { name: 'Add override' }).click()
    await expect(form.getByRole('alert')).toHaveText('Not saved. Correct the marked fields.')
    await expect(form.getByLabel('Meter, as on the bill')).toHaveAccessibleDescription('required')
    await expect(form.getByLabel('Unit price')).toHaveAccessibleDescription(/decimal number/)

    await form.getByLabel('For').selectOption('useasterc1cust1')
    await form.getByLabel('Meter, as on the bill').fill('Standard Unlimited Data 1 Gbps Circuit')
    await form.getByLabel('Unit price').fill('4321')
    await form.getByLabel('Reason').fill(reason)
    await form.getByRole('button', { name: 'Add override' }).click()
    const entry = overrides.getByRole('list', { name: 'Overrides' }).getByRole('listitem').filter({ hasText: reason })
    await expect(entry).toContainText('Standard Unlimited Data 1 Gbps Circuit at 4321 USD')
    await expect(entry).toContainText('local')
    await expect(getPanelByHeading(page, 'Assumptions')).toContainText(reason)
    const row = getCostDecisionRows(page).filter({ hasText: 'useasterc1cust1' })
    await page.getByRole('tab', { name: 'Review' }).click()
    await expect(row.first()).toContainText('$4,321')
    await openCostReviewTabPanel(page, 'Prices and assumptions', 'Price overrides')

    const stale = await request.put('/api/v1/cost/overrides', { data: { version: 0, withdraw: ['none'], why: 'late' } })
    expect(stale.status()).toBe(409)

    await entry.getByRole('button', { name: /^Withdraw/ }).click()
    await entry.getByLabel('Reason').fill('contract ended')
    await entry.getByLabel('Reason').press('Enter')
    await expect(entry).toContainText('contract ended')
    await page.getByRole('tab', { name: 'Review' }).click()
    await expect(row.first()).not.toContainText('$4,321')
    const { data } = await fetchApiResponseBody<{ data: CostOverridesResponse }>(request, 'cost/overrides')
    expect(data.overrides.find(({ made }) => made.why === reason)?.withdrawn?.why).toBe('contract ended')
  },
)

// runs only in long tests, because the tests around it cover similar forms and lists
test('a decision is logged by keyboard, and what came of it is noted', tagLongIf(true), async ({ page, request }) => {
  await openCostReview(page, request, 'erc-london', 'review')
  await page.getByRole('button', { name: 'Decide, erc-london' }).press('Enter')
  const form = page.getByRole('form', { name: 'New decision' })
  const decided = `Stay on metered ${Date.now()}`
  await form.getByLabel('Decision').fill(decided)
  await form.getByLabel('Reason').fill('far below the break-even')
  await form.getByLabel('Reason').press('Enter')
  await expect(page.getByRole('list', { name: 'Notices' })).toContainText('Decision logged')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  const entry = getPanelByHeading(page, 'Decisions').getByRole('listitem').filter({ hasText: decided })
  await expect(entry).toContainText('erc-london')
  await entry.getByRole('textbox', { name: 'Outcome' }).fill('nothing was lost')
  await entry.getByRole('textbox', { name: 'Outcome' }).press('Enter')
  await expect(entry).toContainText('Outcome: nothing was lost')
})

// runs only in long tests, because the override above covers a similar form
test(
  'a budget is refused without an owner, set, held against the month, and taken back',
  tagLongIf(true),
  async ({ page, request }) => {
    await openCostReview(page, request)
    const budgets = await openCostReviewTabPanel(page, 'Budgets and findings', 'Budgets')
    const form = budgets.getByRole('form', { name: 'New budget' })
    const name = `London ${Date.now()}`
    await form.getByLabel('For').selectOption('erc-london')
    await form.getByLabel('Name').fill(name)
    await form.getByLabel('Per month').fill('1')
    await form.getByRole('button', { name: 'Set budget' }).click()
    await expect(form.getByLabel('Owner')).toHaveAccessibleDescription('required')
    await expect(form.getByLabel('Owner')).toBeFocused()
    // the entered values are kept
    await expect(form.getByLabel('Name')).toHaveValue(name)
    await form.getByLabel('Owner').fill('kim@contoso.example')
    await form.getByLabel('Reason').fill('plan of the year')
    await form.getByRole('button', { name: 'Set budget' }).click()
    const row = budgets.getByRole('row').filter({ hasText: name })
    // a circuit of 436 USD exceeds one USD, whatever its traffic
    await expect(row).toContainText('over')
    await expect(row).toContainText('kim@contoso.example')
    await budgets.getByText('Budget history').click()
    await budgets.getByRole('button', { name: `Withdraw the budget ${name}` }).click()
    await expect(row).toHaveCount(0)
    await expect(budgets.getByRole('listitem').filter({ hasText: name })).toContainText('Withdrawn')
  },
)
