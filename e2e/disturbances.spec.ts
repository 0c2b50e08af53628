import { expect, test } from '@playwright/test'
import type { Circuit } from '#lib/contract/index.ts'
import { circuitNamed, controlOf, settled } from './estate.ts'

/** These disturb the one estate that all tests look at, so they come one after the other. */
test.describe.configure({ mode: 'serial' })

const CIRCUIT = 'erc-johannesburg'

test('a cut path is on the screen within a second after the API has it, and heals in sight', async ({
  page,
  request,
}) => {
  const { id } = await circuitNamed(request, CIRCUIT)
  await page.goto(`/circuits/${id}`)
  await settled(page)
  const panel = page.locator('section', { has: page.getByRole('heading', { name: 'Primary path' }) })
  await expect(panel.getByText('UP', { exact: true }).first()).toBeVisible()
  await page.getByRole('button', { name: /Simulated estate/ }).click()
  const demo = page.getByRole('complementary', { name: 'Simulated estate' })
  await demo.getByLabel('Path').selectOption(`${CIRCUIT}/primary`)
  await page.getByRole('button', { name: 'Cut this path' }).click()
  const stateOf = async () => {
    const answer = (await (await request.get(`/api/v1/circuits/${id}`)).json()) as { data: Circuit }
    return answer.data.paths.find(({ path }) => path === 'primary')?.state
  }
  await expect.poll(stateOf, { intervals: [50], timeout: 30_000 }).toBe('down')
  await expect(panel.getByText('DOWN', { exact: true }).first()).toBeVisible({ timeout: 1000 })
  await expect(page.getByText('ONE PATH LEFT')).toBeVisible()
  await expect(panel.getByText(/BGP (Idle|Active|Connect)/)).toBeVisible()
  await page.getByRole('button', { name: 'Restore' }).click()
  await expect.poll(stateOf, { intervals: [50], timeout: 45_000 }).toBe('up')
  await expect(page.getByText('REDUNDANT')).toBeVisible({ timeout: 1000 })
})

test('the loss and the return are in the ledger, with bounds and evidence', async ({ page, request }) => {
  const { id } = await circuitNamed(request, CIRCUIT)
  await page.goto(`/events?scope=${id}`)
  const table = page.getByRole('region', { name: 'Events', exact: true })
  const loss = table.getByRole('row', { name: /SESSION DOWN/ }).first()
  await expect(loss).toContainText(/at (least|most)/)
  await expect(table.getByRole('row', { name: /SESSION UP/ }).first()).toBeVisible()
  await loss.getByRole('button', { name: /^Show evidence/ }).click()
  const evidence = page.getByRole('dialog', { name: 'SESSION DOWN' })
  await expect(evidence.getByText('before').first()).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(evidence).toBeHidden()
})

test('what Azure refuses is named, with what is missing; no session is called down for it', async ({
  page,
  request,
}) => {
  const control = await controlOf(page)
  const { id } = await circuitNamed(request, CIRCUIT)
  const asked = await request.post(`${control}/happenings`, {
    data: { op: 'api-fault', fault: '403', resource: CIRCUIT, seconds: 120 },
  })
  expect(asked.status()).toBe(201)
  await page.goto('/sources')
  const faults = page.locator('section', { has: page.getByRole('heading', { name: 'What goes wrong' }) })
  await expect(faults.getByText('Azure refused (403)').first()).toBeVisible()
  await expect(faults.getByText(/Missing actions?:/).first()).toBeVisible()
  await page
    .getByRole('region', { name: 'Polls' })
    .getByRole('button', { name: /refused \(403\)/ })
    .first()
    .click()
  await expect(page).toHaveURL(/scope=.*kind=/)
  await expect(page.getByText('NOT SEEN').first()).toBeVisible()
  await page.goto(`/circuits/${id}`)
  await expect(page.getByText('UNKNOWN').first()).toBeVisible({ timeout: 30_000 })
  await expect(page.getByRole('main').getByText('DOWN', { exact: true })).toHaveCount(0)
  expect((await request.post(`${control}/restore`, { data: {} })).status()).toBe(200)
  await expect(page.getByText('REDUNDANT')).toBeVisible({ timeout: 30_000 })
})

test('an Azure that asks to slow down is told so, and polling resumes by itself', async ({ page }) => {
  test.slow()
  await page.goto('/sources')
  await page.getByRole('button', { name: /Simulated estate/ }).click()
  await page.getByRole('button', { name: 'Let Azure answer 429' }).click()
  await expect(page.getByText('Azure asked to slow down (429)').first()).toBeVisible({ timeout: 30_000 })
  await expect(page.getByTitle('BGP peers of ergw-hub: Azure asked to slow down (429)')).toBeVisible({
    timeout: 30_000,
  })
  await page.getByRole('button', { name: 'Restore' }).click()
  await expect(page.getByTitle('BGP peers of ergw-hub: answered')).toBeVisible({ timeout: 30_000 })
})
