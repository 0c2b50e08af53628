import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from '@playwright/test'
import { answers } from '../lib/platform/bootstrap/children.mjs'
import { freePort } from '../lib/platform/bootstrap/postgres.mjs'

const SAYS = /Access is open:<\/strong>\s*everyone who can reach this address can see and change\s+everything/
const PAGES = ['/', '/circuits', '/settings/notifications', '/sources', '/cost', '/no-such-page']

test('where access is open every page says so', async ({ request }) => {
  const port = await freePort()
  // another web of the same instance, started by hand; its address is of this machine, and what ACCESS says is the same everywhere
  const web = spawn(process.execPath, ['bin/run.mjs', 'web'], {
    env: {
      ...process.env,
      DATA_DIR: process.env.PEERWATCH_E2E_DATA_DIR,
      HOST: '127.0.0.1',
      PORT: String(port),
      ACCESS: 'open',
      NODE_ENV: 'production',
    },
    stdio: 'ignore',
  })
  try {
    await answers(`http://127.0.0.1:${port}/api/health`, { child: web, withinMs: 60_000 })
    for (const page of PAGES) {
      const html = await (await request.get(`http://127.0.0.1:${port}${page}`)).text()
      expect(html, page).toMatch(SAYS)
    }
    expect(await (await request.get(`http://127.0.0.1:${port}/wall`)).text()).toContain('>access is open<')
  } finally {
    await stopped(web)
  }
})

test('where it is not set no page says so', async ({ request }) => {
  for (const page of [...PAGES, '/wall']) expect(await (await request.get(page)).text()).not.toMatch(/access is open/i)
})

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}
