import { afterEach, expect, it } from 'vitest'
import { findFreePort } from './postgres.ts'
import { createStartupStepRunner, type StartupStepStatus } from './progress.ts'
import { openStartPage } from './start-page.ts'

let opened: Awaited<ReturnType<typeof openStartPage>> | null = null
afterEach(() => opened?.close())

async function openOn(steps: () => readonly StartupStepStatus[], demo = true) {
  const port = await findFreePort()
  opened = await openStartPage({ host: '127.0.0.1', port, demo }, steps)
  return (path: string, accept = 'text/html') => fetch(`http://127.0.0.1:${port}${path}`, { headers: { accept } })
}

it('shows the steps as they go, without what their results and notes say', async () => {
  const progress = createStartupStepRunner({ total: 3, json: false, write: () => {} })
  const ask = await openOn(progress.steps)
  const { promise, resolve } = Promise.withResolvers<void>()
  await progress.step('PostgreSQL', async () => 'embedded, port 39703')
  await progress.step('Packages', () => Promise.reject(new Error('no disk'))).catch(() => {})
  const running = progress.step('Demo history', async (note) => {
    note('/data/secret')
    await promise
    note('40 %')
  })
  const texts = async () =>
    ((await (await ask('/api/health/live')).json()).steps as object[]).map((one) => Object.values(one))
  expect(await texts()).toEqual([
    ['done', 'PostgreSQL, 0 s'],
    ['failed', 'Packages, failed, 0 s'],
    ['running', 'Demo history, 0 s'],
  ])
  resolve()
  await running
  expect((await texts()).at(-1)).toEqual(['done', 'Demo history, 0 s'])
})

it('answers each path with 503: a page for people, JSON for programs', async () => {
  const ask = await openOn(() => [{ name: 'Web build', state: 'running', seconds: 61.7, percent: '40 %' }])
  const page = await ask('/circuits/x?tab=routes')
  expect(page.status).toBe(503)
  expect(page.headers.get('retry-after')).toBe('2')
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'/)
  expect(await page.text()).toContain('<li class="running">Web build, 62 s, 40 %</li>')
  const api = await ask('/api/v1/circuits')
  expect([api.status, api.headers.get('content-type')]).toEqual([503, 'application/problem+json'])
})

it('lets go of the address at once, though a browser holds a connection', async () => {
  const ask = await openOn(() => [])
  await (await ask('/')).text()
  await opened?.close()
  await expect(ask('/')).rejects.toThrow()
})

it.each([
  [true, '10.10.4.7 at 03:12'],
  [false, 'Declare your sites'],
])('names three things to try, in the demo (%s) and with own subscriptions', async (demo, text) => {
  const ask = await openOn(() => [], demo)
  const page = await (await ask('/')).text()
  expect(page).toContain(text)
  expect(page.match(/<ul>.*<\/ul>/)?.[0].match(/<li>/g)).toHaveLength(3)
})
