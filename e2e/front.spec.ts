import { once } from 'node:events'
import { type IncomingMessage, request as httpRequest } from 'node:http'
import { expect, test } from '@playwright/test'

/**
 * Sends a request with any Host header. Playwright and fetch set Host themselves; in a DNS rebinding attack, the
 * browser sends another one.
 */
async function ask(
  baseURL: string | undefined,
  path: string,
  { method = 'GET', body = '', ...headers }: Record<string, string> = {},
) {
  const { hostname, port } = new URL(baseURL ?? '')
  const length = body === '' ? {} : { 'content-type': 'application/json', 'content-length': String(body.length) }
  const request = httpRequest({ hostname, port, path, method, headers: { ...headers, ...length } })
  request.end(body)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.resume()
  return { status: response.statusCode, type: response.headers['content-type'], headers: response.headers }
}

for (const path of ['/', '/wall', '/api/v1/channels', '/metrics', '/icon.svg', '/api/openapi.json']) {
  test(`a forged host name is misdirected: ${path}`, async ({ baseURL }) => {
    expect(await ask(baseURL, path, { host: 'evil.example' })).toMatchObject({
      status: 421,
      type: 'application/problem+json',
    })
    expect((await ask(baseURL, path)).status).toBe(200)
  })
}

test('a page that rebound its name saves nothing', async ({ baseURL, request }) => {
  const version = async () => (await (await request.get('/api/v1/declarations')).json()).data.version
  const before = await version()
  const rebound = { host: 'evil.example', origin: 'http://evil.example', 'sec-fetch-site': 'same-origin' }
  const put = { method: 'PUT', body: JSON.stringify({ cards: [] }) }
  expect((await ask(baseURL, '/api/v1/declarations', { ...put, ...rebound })).status).toBe(421)
  const forwarded = { 'x-forwarded-host': 'evil.example', origin: 'http://evil.example' }
  expect((await ask(baseURL, '/api/v1/declarations', { ...put, ...forwarded })).status).toBe(403)
  expect(await version()).toBe(before)
})

test('a configuration of 56 kB that nests 14,000 groups is refused, and the web lives on', async ({ request }) => {
  const { data } = await (await request.get('/api/v1/circuits?limit=1')).json()
  const path = `/api/v1/circuits/${data[0].id}/router-configuration`
  const text = `protocols {${'a{'.repeat(14_000)}${'b;'.repeat(14_000)}`
  const answer = await request.post(path, { data: { text } })
  expect([answer.status(), (await answer.json()).detail]).toEqual([400, expect.stringContaining('20 levels')])
  expect((await request.get('/api/health/live')).status()).toBe(200)
})

test('health is answered for every name', async ({ baseURL }) => {
  expect((await ask(baseURL, '/api/health', { host: 'balancer.example' })).status).toBe(200)
})

test('TRACE is not allowed, and not a failure', async ({ baseURL }) => {
  for (const path of ['/', '/api/v1/circuits', '/metrics', '/api/v1/nothing'])
    expect(await ask(baseURL, path, { method: 'TRACE' })).toMatchObject({
      status: 405,
      type: 'application/problem+json',
    })
})

test('a page that is fetched ahead has a content security policy', async ({ baseURL }) => {
  const { headers } = await ask(baseURL, '/', { 'next-router-prefetch': '1' })
  expect(headers['content-security-policy']).toContain("'nonce-")
})

test('styles are the product’s own: none is written into a page but by its nonce', async ({ page }) => {
  const refused: string[] = []
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) refused.push(message.text())
  })
  await page.goto('/handover')
  await expect(async () => {
    await page.keyboard.press('Control+k')
    await expect(page.getByRole('combobox', { name: 'Go to' })).toBeFocused({ timeout: 500 })
  }).toPass()
  // an open dialog prevents scrolling by a style element, which the nonce allows
  const overflow = () => page.evaluate(() => getComputedStyle(document.body).overflow)
  await expect.poll(overflow).toBe('hidden')
  expect(refused).toEqual([])
  const outline = await page.evaluate(() => {
    document.head.append(Object.assign(document.createElement('style'), { textContent: 'body { outline: 9px solid }' }))
    return getComputedStyle(document.body).outlineWidth
  })
  expect(outline).not.toBe('9px')
  expect(refused).toHaveLength(1)
})

test('no picture is scaled, and no other site embeds what is ours', async ({ baseURL }) => {
  expect((await ask(baseURL, '/_next/image?url=%2Ficon.svg&w=64&q=75')).status).toBe(404)
  for (const path of ['/', '/api/v1/circuits', '/icon.svg'])
    expect((await ask(baseURL, path)).headers['cross-origin-resource-policy']).toBe('same-origin')
})

test('a Route Server and a hub have one page each, whichever address is asked', async ({ request }) => {
  const { data } = (await (await request.get('/api/v1/hubs')).json()) as { data: { id: string; kind: string }[] }
  const pages = data.map(({ id, kind }) =>
    kind === 'hub' ? [`/gateways/${id}`, `/hubs/${id}`] : [`/hubs/${id}`, `/gateways/${id}`],
  )
  expect(pages).toHaveLength(4)
  for (const [asked = '', shown] of pages) {
    const answer = await request.get(asked, { maxRedirects: 0 })
    expect([answer.status(), answer.headers().location]).toEqual([307, shown])
  }
})
