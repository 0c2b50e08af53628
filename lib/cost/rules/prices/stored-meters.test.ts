import { expect, it } from 'vitest'
import { loadShippedPrices } from './shipped-prices.ts'
import { parseStoredPriceSheet, convertToStoredMeters } from './stored-meters.ts'

it('a price list comes back as it was, and is the same text in whatever order it was read', () => {
  const sheet = loadShippedPrices()
  const kept = convertToStoredMeters(sheet)
  expect(convertToStoredMeters({ ...sheet, meters: sheet.meters.toReversed() })).toEqual(kept)
  expect(kept.length).toBe(sheet.meters.length)
  const { meters, ...about } = sheet
  const back = parseStoredPriceSheet(JSON.parse(JSON.stringify(kept)), about)
  expect(back).toMatchObject(about)
  const plain = (list: typeof meters) => new Set(list.map((meter) => JSON.stringify(Object.entries(meter).toSorted())))
  expect(plain(back.meters)).toEqual(plain(meters))
  expect(() => parseStoredPriceSheet([{}], about)).toThrow()
})
