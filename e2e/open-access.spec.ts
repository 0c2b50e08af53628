import { expect, test } from '@playwright/test'

const SAYS = /Access is open:<\/strong>\s*everyone who can reach this address can see and change\s+everything/
const PAGES = ['/', '/circuits', '/settings/notifications', '/sources', '/cost', '/no-such-page']

test('the demo on this machine is open, and every page says so', async ({ request }) => {
  for (const page of PAGES) expect(await (await request.get(page)).text(), page).toMatch(SAYS)
  expect(await (await request.get('/wall')).text()).toContain('>No sign-in<')
})
