import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, type Locator, type Page, test } from '@playwright/test'
import { findAccessibilityViolations } from './accessibility.ts'
import { confirmInAlertDialog } from './confirm.ts'
import { waitUntilPageSettled } from './estate.ts'
import { tagLongIf } from './long.ts'

const open = async (page: Page, tab: 'notifications' | 'thresholds') => {
  // an old address with the tab as a parameter redirects to the tab's page
  await page.goto(`/settings?tab=${tab}`)
  await expect(page).toHaveURL(new RegExp(`/settings/${tab}$`))
  await waitUntilPageSettled(page)
}
const panel = (page: Page, name: string) => page.locator('section', { has: page.getByRole('heading', { name }) })

interface Received {
  headers: IncomingHttpHeaders
  body: { type: string }
}

/** Starts a webhook receiver on this machine. */
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
    // an open incident may be sent immediately
    await expect(item).toContainText(/NOT USED|DELIVERING/)
    // the address is a secret, so path and query are not shown again
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

    const remove = item.getByRole('button', { name: `Remove ${name}` })
    await remove.click()
    const question = page.getByRole('alertdialog', { name: `Remove the channel “${name}”?` })
    await expect(question).toHaveAccessibleDescription(/receives no more messages/)
    await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(question).toHaveCount(0)
    await expect(remove).toBeFocused()
    await page.keyboard.press('Enter')
    await confirmInAlertDialog(page, 'Remove')
    await expect(item).toHaveCount(0)
    // the focused button was removed together with its channel
    await expect(page.getByRole('heading', { level: 2, name: 'Channels', exact: true })).toBeFocused()
  } finally {
    close()
  }
})

// runs only in long tests, because declarations.spec.ts covers a form from its refusal to its end
test(
  'hours, a rotation, a policy, a report and a calendar are entered in their forms, and taken away',
  tagLongIf(true),
  async ({ page }) => {
    const name = `Ann ${Date.now()}`
    const added = async (path: string, button: string, form: string) => {
      await page.goto(path)
      await waitUntilPageSettled(page)
      await page.getByRole('button', { name: button }).click()
      return page.getByRole('form', { name: form })
    }
    // only direct items, because a policy contains a list of its steps
    const item = (list: string) =>
      page.getByRole('list', { name: list, exact: true }).locator('> li').filter({ hasText: name })
    const save = (form: Locator) => form.getByRole('button', { name: 'Save' }).click()
    const remove = async (list: string) => {
      await item(list)
        .getByRole('button', { name: `Remove ${name}` })
        .click()
      await confirmInAlertDialog(page, 'Remove')
      await expect(item(list)).toHaveCount(0)
    }

    await page.goto('/settings/notifications')
    await waitUntilPageSettled(page)
    await page.getByRole('button', { name: 'Add channel' }).click()
    await page.getByRole('combobox', { name: 'Kind', exact: true }).selectOption({ label: 'e-mail channel' })
    const channel = page.getByRole('form', { name: 'New e-mail channel' })
    await channel.getByLabel('Name').fill(name)
    await channel.getByLabel('Recipients').fill('ann@example.com')
    await channel.getByText('Hours: at all times').click()
    await channel.getByRole('button', { name: 'Add window' }).click()
    const hours = channel.getByRole('listitem', { name: 'Window 1' })
    await hours.getByLabel('Mon').check()
    await hours.getByLabel('From').fill('8:00')
    await channel.getByLabel('Time zone of the hours').fill('Europe/London')
    await save(channel)
    await expect(hours.getByLabel('To')).toHaveAccessibleDescription('write a time such as 08:00')
    await expect(hours.getByLabel('To')).toBeFocused()
    await hours.getByLabel('To').fill('18:00')
    await save(channel)
    await expect(item('Channels')).toContainText('mon 08:00-18:00 Europe/London')

    const rotation = await added('/settings/on-call', 'Add rotation', 'New rotation')
    await rotation.getByLabel('Name').fill(name)
    await rotation.getByLabel('Time zone').fill('Europe/London')
    await rotation.getByLabel('First hand-over').fill('2026-11-02')
    await rotation.getByLabel('Order of turns 1').selectOption(name)
    await rotation.getByRole('button', { name: 'Add override' }).click()
    const override = rotation.getByRole('listitem', { name: 'Override 1' })
    await override.getByLabel('Stands in').selectOption(name)
    for (const end of ['From (UTC)', 'To (UTC)']) await override.getByLabel(end).fill('2027-01-02 08:00')
    await save(rotation)
    await expect(override.getByLabel('To (UTC)')).toHaveAccessibleDescription('an override ends after it begins')
    await expect(override.getByLabel('To (UTC)')).toBeFocused()
    await rotation.getByRole('button', { name: 'Remove override 1' }).click()
    await save(rotation)
    await expect(item('On call')).toContainText('weekly at 09:00 Europe/London')
    const policy = await added('/settings/on-call', 'Add policy', 'New policy')
    await policy.getByLabel('Name').fill(name)
    await policy.getByRole('button', { name: 'Add step' }).click()
    await policy.getByRole('button', { name: 'Remove step 2' }).click()
    await policy.getByRole('listitem', { name: 'Step 1' }).getByLabel(`on call: ${name}`).check()
    await save(policy)
    await expect(item('Escalation policies')).toContainText(`at once, notify on call: ${name}`)
    await remove('Escalation policies')
    await remove('On call')

    const report = await added('/settings/reports', 'Add report', 'New report: Weekly cost review')
    await report.getByLabel('Name').fill(name)
    await report.getByLabel('Time zone').fill('Europe/London')
    await report.getByLabel(name).check()
    await save(report)
    await expect(item('Reports')).toContainText('Monday, 07:00 Europe/London')
    await remove('Reports')
    await page.goto('/settings/notifications')
    await remove('Channels')

    const calendar = await added('/settings/maintenance', 'Add a calendar', 'New calendar')
    await calendar.getByRole('textbox', { name: 'Name' }).fill(name)
    await save(calendar)
    await expect(calendar.getByLabel('URL')).toBeFocused()
    await calendar.getByLabel('Text of a file').fill('BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:e2e\r\nEND:VCALENDAR')
    await save(calendar)
    await expect(item('Calendars')).toContainText('a file')
    await remove('Calendars')
    await expect(panel(page, 'Providers’ notices by mail')).toContainText('IMAP_URL and IMAP_FROM set one up')
  },
)

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

  const list = page.getByRole('region', { name: 'Thresholds of detection' })
  await page.getByRole('checkbox', { name: 'changed only' }).check()
  await expect(list.locator('tbody tr')).toHaveCount(1)
  await page.getByRole('combobox', { name: 'Area' }).selectOption('Cost')
  await expect(page.getByText('Nothing is changed')).toBeVisible()
  await expect(page).toHaveURL(/changed=true&area=Cost/)
  await page.getByRole('combobox', { name: 'Area' }).selectOption('Routes')
  await expect(list.locator('tbody tr')).toHaveCount(1)

  await value.fill(shipped)
  await value.press('Enter')
  await changes.getByRole('button', { name: `Save as version ${version + 2}` }).click()
  await expect(changes).toContainText(`Version ${version + 2} active`)
})

for (const tab of ['notifications', 'thresholds'] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(
      `${tab} stand in order on a phone and for everybody, ${colorScheme}`,
      tagLongIf(tab === 'thresholds' || colorScheme === 'light'),
      async ({ page }) => {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width: 360, height: 800 })
        await open(page, tab)
        if (tab === 'thresholds') {
          expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThan(2_400)
          await page.getByRole('combobox', { name: 'Area' }).selectOption('Routes')
          await expect(page.getByLabel('Value of withdraw.mass.count')).toBeVisible()
        }
        if (tab === 'notifications') {
          await page.getByRole('button', { name: 'Add channel' }).click()
          await page.getByRole('combobox', { name: 'Kind', exact: true }).selectOption({ label: 'e-mail channel' })
        }
        expect(await findAccessibilityViolations(page)).toEqual([])
        const excess = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        )
        expect(excess).toBe(0)
      },
    )
  }
}
