import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { loadShippedPrices, parseStoredPriceSheet, convertToStoredMeters } from '../rules/index.ts'
import { readLastPriceCheck, readPriceSheetWithMeters, readPriceVersions } from '../store/index.ts'
import { manualClock } from '#lib/platform/testing/manual-clock.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { oneCircuitScenario, type RunningSimulator } from '#lab/simulator/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { refreshPrices, getRetailPricesUrl } from './price-job.ts'
import { startAzure } from '#lib/poller/testing/lab.ts'

const db = withTestDatabase()
const NOW = Date.UTC(2026, 10, 20, 9)
const never = new AbortController().signal

let simulator: RunningSimulator
let prices: string
/** Server that returns the simulator's responses after changing their text. */
let between: Server
let falsified: string
let falsify = (text: string) => text

beforeAll(async () => {
  simulator = await startAzure(oneCircuitScenario)
  prices = `${simulator.url}/api/retail/prices`
  between = createServer(async (request, response) => {
    const answer = await fetch(new URL(request.url ?? '/', simulator.url))
    response.end(falsify((await answer.text()).replaceAll(simulator.url, new URL(falsified).origin)))
  })
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve))
  falsified = `http://127.0.0.1:${(between.address() as AddressInfo).port}/api/retail/prices`
})
afterAll(async () => {
  between.close()
  await simulator.close()
})
afterEach(() => db.pool.query('TRUNCATE price_sheet, price_check'))

/** Changes every price of one value to another value. */
const repriced = (from: number, to: number) => (text: string) =>
  JSON.stringify(JSON.parse(text), (key, value) =>
    (key === 'retailPrice' || key === 'unitPrice') && value === from ? to : value,
  )

describe('the price job', () => {
  it('keeps what the API returns as a version, and asks again a day later', async () => {
    const clock = manualClock(NOW)
    expect(await refreshPrices({ db, clock, url: prices }, never)).toBe('taken')
    const sheet = await readPriceSheetWithMeters(db.pool)
    expect(sheet).toMatchObject({ version: 1, currency: 'USD', lastReadAt: NOW })
    expect(new Date(sheet?.effectiveAt ?? 0).toISOString()).toBe('2026-09-19T00:00:00.000Z')
    clock.step(NOW + 23 * MS_PER_HOUR)
    expect(await refreshPrices({ db, clock, url: prices }, never)).toBe('not_due')
    clock.step(NOW + 24 * MS_PER_HOUR)
    expect(await refreshPrices({ db, clock, url: prices }, never)).toBe('same')
    expect(await readPriceVersions(db.pool, 10)).toMatchObject([
      { version: 1, firstReadAt: NOW, lastReadAt: NOW + 24 * MS_PER_HOUR },
    ])
  })

  it('keeps every digit: what is read back costs what was read', async () => {
    await refreshPrices({ db, clock: manualClock(NOW), url: prices }, never)
    const stored = await readPriceSheetWithMeters(db.pool)
    const sheet = parseStoredPriceSheet(stored?.meters ?? [], { source: 'retail', readAt: NOW, currency: 'USD' })
    const comparable = ({
      name,
      region,
      sku,
      price,
    }: {
      name: string
      region: string
      sku: string
      price: { toFixed(): string }
    }) => `${name} ${region} ${sku} ${price.toFixed()}`
    expect(sheet.meters.map(comparable).toSorted()).toEqual(loadShippedPrices().meters.map(comparable).toSorted())
    expect(convertToStoredMeters(sheet)).toEqual(stored?.meters)
  })

  it('keeps the last price of a meter whose price moved too far, and takes all other rows', async () => {
    const clock = manualClock(NOW)
    await refreshPrices({ db, clock, url: prices }, never)
    falsify = (text) => repriced(55, 56)(repriced(436, 4360)(text))
    clock.step(NOW + 24 * MS_PER_HOUR)
    expect(await refreshPrices({ db, clock, url: falsified }, never)).toBe('taken')
    const meters = (await readPriceSheetWithMeters(db.pool))?.meters as { price: string }[]
    const count = (price: string) => meters.filter((meter) => meter.price === price).length
    expect([count('55'), count('56') > 0, count('436') > 0, count('4360')]).toEqual([0, true, true, 0])
    expect(await readLastPriceCheck(db.pool)).toMatchObject({
      oddRows: count('436'),
      unused: { rows: 0 },
      faults: expect.arrayContaining([{ check: 'moved', detail: expect.stringMatching(/last list is kept$/) }]),
    })
  })

  it('uses the shipped price of an odd row before a first list was taken', async () => {
    falsify = (text) => text.replace('"unitOfMeasure":"1/Month"', '"unitOfMeasure":"1/Year"')
    expect(await refreshPrices({ db, clock: manualClock(NOW), url: falsified }, never)).toBe('taken')
    const meters = (await readPriceSheetWithMeters(db.pool))?.meters
    expect(meters?.length).toBe(loadShippedPrices().meters.length)
  })

  it('refuses a list of which all prices moved; the last good one stays, and the reason is kept', async () => {
    const clock = manualClock(NOW)
    await refreshPrices({ db, clock, url: prices }, never)
    falsify = (text) =>
      JSON.stringify(JSON.parse(text), (key, value) => (/^(retail|unit)Price$/.test(key) ? value * 10 : value))
    clock.step(NOW + 24 * MS_PER_HOUR)
    expect(await refreshPrices({ db, clock, url: falsified }, never)).toBe('refused')
    expect(await readLastPriceCheck(db.pool)).toMatchObject({
      outcome: 'refused',
      faults: expect.arrayContaining([{ check: 'moved', detail: expect.stringMatching(/ went from /) }]),
    })
    expect(await readPriceSheetWithMeters(db.pool)).toMatchObject({ version: 1, lastReadAt: NOW })
    expect(await refreshPrices({ db, clock, url: falsified }, never), 'it waits an hour').toBe('not_due')
    clock.step(NOW + 25 * MS_PER_HOUR)
    expect(await refreshPrices({ db, clock, url: prices }, never)).toBe('same')
  })

  it('keeps a price that moved within reason as a second version', async () => {
    const clock = manualClock(NOW)
    await refreshPrices({ db, clock, url: prices }, never)
    falsify = repriced(436, 440)
    clock.step(NOW + 24 * MS_PER_HOUR)
    expect(await refreshPrices({ db, clock, url: falsified }, never)).toBe('taken')
    expect(await readPriceVersions(db.pool, 10)).toMatchObject([{ version: 2 }, { version: 1 }])
  })

  it('notes that prices can not be reached', async () => {
    const clock = manualClock(NOW)
    falsify = () => '<html>'
    expect(await refreshPrices({ db, clock, url: falsified }, never)).toBe('unreachable')
    expect(await readLastPriceCheck(db.pool)).toMatchObject({ outcome: 'unreachable' })
    expect(await readPriceSheetWithMeters(db.pool)).toBeNull()
  })
})

it.each([
  ['the configured address first', { retailPricesUrl: 'https://x/y', isPublicCloud: false }, 'https://x/y'],
  [
    'the public one with the public ARM',
    { retailPricesUrl: null, isPublicCloud: true },
    'https://prices.azure.com/api/retail/prices',
  ],
  ['none with a foreign ARM', { retailPricesUrl: null, isPublicCloud: false }, null],
])('prices are asked at %s', (_, azure, url) => {
  expect(getRetailPricesUrl(azure)).toBe(url)
})
