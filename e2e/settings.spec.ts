import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { settled } from './estate.ts'
import { longIf } from './long.ts'

const open = async (page: Page, tab: 'notifications' | 'thresholds') => {
  await page.goto(`/settings/${tab}`)
  await settled(page)
}
const panel = (page: Page, name: string) => page.locator('section', { has: page.getByRole('heading', { name }) })

interface Received {
  headers: IncomingHttpHeaders
  body: { type: string }
}

/** A webhook receiver on this machine. */
async function receiver() {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part as Buffer)
    received.push({ headers: request.headers, body: JSON.parse(Buffer.concat(parts).toString('utf8')) })
    response.writeHead(204).end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/hook`, received, close: () => server.close() }
}

test('a webhook is validated, added, tested, turned off and removed', async ({ page }) => {
  const { url, received, close } = await receiver()
  const name = `NOC ${Date.now()}`
  try {
    await open(page, 'notifications')
    await page.getByRole('button', { name: 'Add channel' }).click()
    const form = page.getByRole('form', { name: 'New webhook' })
    await form.getByRole('button', { name: 'Save' }).click()
    await expect(form.getByRole('alert')).toContainText('Not saved')

    await form.getByLabel('Name').fill(name)
    await form.getByLabel('URL').fill(url)
    await form.getByRole('button', { name: 'Generate' }).click()
    await form.getByRole('button', { name: 'Save' }).click()
    const item = page.getByRole('list', { name: 'Channels' }).getByRole('listitem').filter({ hasText: name })
    // an open incident may be notified at once
    await expect(item).toContainText(/NOT USED|DELIVERING/)
    // the address is a secret: path and query are not shown again
    await expect(item).toContainText(`${new URL(url).origin}/…`)
    await expect(item).not.toContainText('/hook')
    await item.getByRole('button', { name: `Edit ${name}` }).click()
    const edit = page.getByRole('form', { name: `Edit ${name}` })
    await edit.getByRole('button', { name: 'Replace address' }).click()
    await expect(edit.getByLabel('URL')).toHaveValue('')
    await edit.getByRole('button', { name: 'Keep the address' }).click()
    await edit.getByRole('button', { name: 'Save' }).click()

    await item.getByRole('button', { name: `Send test to ${name}` }).click()
    await expect(item.getByRole('status')).toContainText('Test delivered')
    const message = received.find(({ body }) => body.type === 'test')
    expect(message).toBeDefined()
    expect(message?.headers['webhook-signature']).toMatch(/^v1,/)

    await item.getByRole('button', { name: `Turn off ${name}` }).click()
    await expect(item).toContainText('OFF')
    await item.getByRole('button', { name: `Remove ${name}` }).click()
    await expect(item).toHaveCount(0)
  } finally {
    close()
  }
})

test('a threshold is refused where it is no number, saved as a version with its reason, and put back', async ({
  page,
}) => {
  await open(page, 'thresholds')
  const changes = page.getByRole('form', { name: 'Changes' })
  const value = page.getByLabel('Value of withdraw.mass.count')
  const shipped = await value.inputValue()
  const version = Number(/[Vv]ersion (\d+)/.exec((await changes.textContent()) ?? '')?.[1])

  await value.fill('many')
  await expect(value).toHaveAttribute('aria-invalid', 'true')
  const other = String(Number(shipped) + 2)
  await value.fill(other)
  await value.press('Enter')
  await expect(changes).toContainText('1 value changed, not saved')
  await changes.getByLabel('Reason').fill('fewer words at night')
  await changes.getByRole('button', { name: `Save as version ${version + 1}` }).click()
  await expect(changes).toContainText(`Version ${version + 1} active`)
  await expect(value).toHaveValue(other)
  const newest = panel(page, 'Versions').getByRole('listitem').first()
  await expect(newest).toContainText('fewer words at night')
  await expect(newest).toContainText(`withdraw.mass.count = ${other}`)

  await value.fill(shipped)
  await value.press('Enter')
  await changes.getByRole('button', { name: `Save as version ${version + 2}` }).click()
  await expect(changes).toContainText(`Version ${version + 2} active`)
})

for (const tab of ['notifications', 'thresholds'] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(
      `${tab} stand in order on a phone and for everybody, ${colorScheme}`,
      longIf(tab === 'thresholds' || colorScheme === 'light'),
      async ({ page }) => {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width: 360, height: 800 })
        await open(page, tab)
        if (tab === 'notifications') {
          await page.getByRole('combobox', { name: 'Kind', exact: true }).selectOption({ label: 'e-mail channel' })
          await page.getByRole('button', { name: 'Add channel' }).click()
        }
        expect((await new AxeBuilder({ page }).setLegacyMode().analyze()).violations).toEqual([])
        const excess = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        )
        expect(excess).toBe(0)
      },
    )
  }
}
