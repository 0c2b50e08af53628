import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { readRetailPrices } from './retail-prices.ts'

type Answer = (request: IncomingMessage, response: ServerResponse, url: URL) => void
const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** Starts a price server on a free port, which records its requests. */
async function server(answer: Answer): Promise<{ url: string; asked: URL[] }> {
  const asked: URL[] = []
  const http = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    asked.push(url)
    answer(request, response, url)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  closing.push(() => http.close())
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/api/retail/prices`, asked }
}

const json = (response: ServerResponse, body: unknown, status = 200, headers: Record<string, string> = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
const page = (NextPageLink: string | null) => ({ BillingCurrency: 'USD', Items: [], NextPageLink, Count: 0 })
const read = (url: string, signal = new AbortController().signal) => readRetailPrices({ url, currency: 'USD', signal })

describe('the Retail Prices API', () => {
  it('is asked service by service, for pay-as-you-go prices of primary meters in one currency', async () => {
    const { url, asked } = await server((_, response) => json(response, page(null)))
    expect(await read(url)).toEqual({ ok: true, pages: Array.from({ length: 4 }, () => page(null)) })
    expect(asked.map(({ searchParams }) => searchParams.get('$filter'))).toEqual([
      "serviceName eq 'ExpressRoute' and priceType eq 'Consumption'",
      "serviceName eq 'Virtual WAN' and priceType eq 'Consumption'",
      "serviceName eq 'VPN Gateway' and priceType eq 'Consumption'",
      "serviceName eq 'Virtual Network' and priceType eq 'Consumption'",
    ])
    expect(asked[0]?.searchParams.get('currencyCode')).toBe("'USD'")
    expect(asked[0]?.searchParams.get('meterRegion')).toBe("'primary'")
    expect(asked[0]?.searchParams.get('api-version')).toBe('2023-01-01-preview')
  })

  it('is read page by page, to an end that is null or empty', async () => {
    const { url, asked } = await server((_, response, { searchParams }) => {
      const skip = Number(searchParams.get('$skip') ?? 0)
      json(response, page(skip < 200 ? `${url}?$skip=${skip + 100}` : ''))
    })
    const answer = await read(url)
    expect(answer.ok && answer.pages).toHaveLength(12)
    expect(asked).toHaveLength(12)
  })

  it.each([
    [
      'another host',
      () => 'https://prices.example.com/api/retail/prices?$skip=100',
      /is said to be at https:\/\/prices\.example\.com/,
    ],
    ['no address', () => 'page two', /is no address/],
    ['the page itself', (url: URL) => url.href, /in a circle/],
  ])('does not follow a link to %s', async (_, link, says) => {
    const started = await server((_request, response, url) =>
      json(response, page(link(new URL(`${url.pathname}${url.search}`, started.url)))),
    )
    expect(await read(started.url)).toEqual({ ok: false, reason: expect.stringMatching(says) })
    expect(started.asked).toHaveLength(1)
  })

  it('is asked again after a 503, as soon as it says', async () => {
    let first = true
    const { url } = await server((_, response) => {
      json(response, page(null), first ? 503 : 200, { 'retry-after': '0' })
      first = false
    })
    expect(await read(url)).toMatchObject({ ok: true })
  })

  it.each<[string, Answer, RegExp]>([
    ['a 400', (_, response) => json(response, {}, 400), /answered 400/],
    ['a patience of an hour', (_, response) => json(response, {}, 429, { 'retry-after': '3600' }), /answered 429/],
    ['something else than JSON', (_, response) => response.end('<html>'), /not JSON/],
    ['more than a page can have', (_, response) => response.end(' '.repeat(20_000_001)), /more than 20 MB/],
    ['a redirect', (_, response) => response.writeHead(302, { location: '/elsewhere' }).end(), /can't be asked/],
  ])(
    'that answers %s is reported in one line',
    async (_, answer, says) => {
      const { url } = await server(answer)
      const result = await read(url)
      expect(result).toEqual({ ok: false, reason: expect.stringMatching(says) })
    },
    15_000,
  )

  it('is not asked over plain http unless it is on this machine', async () => {
    expect(await read('http://prices.example.com/')).toEqual({
      ok: false,
      reason: expect.stringMatching(/plain http is for loopback only/),
    })
  })

  it('stops when it is aborted', async () => {
    const stop = new AbortController()
    const { url } = await server(() => stop.abort())
    await expect(read(url, stop.signal)).rejects.toThrow(/abort/i)
  })
})
