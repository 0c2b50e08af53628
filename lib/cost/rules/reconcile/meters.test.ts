import { describe, expect, it } from 'vitest'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { Decimal } from '../money.ts'
import { DATA_TRANSFER_METER } from '../prices/price-sheet.ts'
import {
  createTestProjectionInput,
  createHoursWithEqualBytes,
  createTestCostContext,
  DECIMAL_GB_BYTES,
  LONDON_STANDARD_1_GBPS,
} from '../testing/circuits.ts'
import { sumBilledMeters } from './billed-meters.ts'
import { projectCircuitMeters } from './projected-meters.ts'

const [NOV, DEC] = [Date.UTC(2026, 10, 1), Date.UTC(2026, 11, 1)]
const closed = createTestCostContext(DEC, { month: { name: '2026-11', from: NOV, to: DEC } })
const hours = createHoursWithEqualBytes(NOV, DEC, 100n * DECIMAL_GB_BYTES)
const at = (days: number) => NOV + days * MS_PER_DAY
const PORT = 'Standard Metered Data 1 Gbps Circuit'

describe('what a circuit’s meters should show on a bill of days', () => {
  const of = (input: ReturnType<typeof createTestProjectionInput>, days = 3) => {
    const { meters, bytes, ...rest } = projectCircuitMeters(input, closed, NOV, at(days))
    return {
      ...rest,
      bytes: bytes && [...bytes],
      meters: meters.map(
        (one) =>
          `${one.meter}: ${one.quantity.toDecimalPlaces(9).toFixed()} x ${one.unitPrice.toFixed(3)} ${one.currency}`,
      ),
    }
  }
  const day = 2_400n * DECIMAL_GB_BYTES

  it('is the port of a tenth of the month and the bytes of three days', () =>
    expect(of(createTestProjectionInput(hours))).toEqual({
      meters: [`${PORT}: 0.1 x 436.000 USD`, `${DATA_TRANSFER_METER}: 7200 x 0.025 USD`],
      days: [at(0), at(1), at(2)],
      bytes: [0, 1, 2].map((n) => [at(n), day]),
    }))

  it('leaves out the bytes of a day of which an hour was not measured', () =>
    expect(of(createTestProjectionInput(hours.filter(({ start }) => start !== at(1) + MS_PER_HOUR)))).toMatchObject({
      meters: [`${PORT}: 0.1 x 436.000 USD`, `${DATA_TRANSFER_METER}: 4800 x 0.025 USD`],
      bytes: [0, 2].map((n) => [at(n), day]),
    }))

  it('has no bytes on a plan that pays for none', () =>
    expect(of(createTestProjectionInput(hours, { family: 'UnlimitedData' }))).toMatchObject({
      meters: ['Standard Unlimited Data 1 Gbps Circuit: 0.1 x 5700.000 USD'],
      bytes: null,
    }))

  it('is of the whole days in which the circuit was there', () => {
    const configured = [{ from: NOV + MS_PER_HOUR, to: at(3) - MS_PER_HOUR, facts: LONDON_STANDARD_1_GBPS }]
    expect(of(createTestProjectionInput(hours, {}, { configured }))).toMatchObject({
      meters: [expect.stringContaining(PORT), `${DATA_TRANSFER_METER}: 2400 x 0.025 USD`],
      days: [at(1)],
    })
    const gone = [{ from: 0, to: NOV - MS_PER_DAY, facts: LONDON_STANDARD_1_GBPS }]
    expect(of(createTestProjectionInput(hours, {}, { configured: gone }))).toEqual({
      meters: [],
      days: [],
      bytes: null,
    })
  })

  it('adds a meter up that is there twice, each for its time', () => {
    const configured = [
      { from: 0, to: at(1), facts: LONDON_STANDARD_1_GBPS },
      { from: at(1), to: at(2), facts: { ...LONDON_STANDARD_1_GBPS, bandwidthMbps: 500 } },
      { from: at(2), to: null, facts: LONDON_STANDARD_1_GBPS },
    ]
    expect(of(createTestProjectionInput(hours, {}, { configured })).meters).toEqual([
      `${PORT}: 0.066666667 x 436.000 USD`,
      `${DATA_TRANSFER_METER}: 7200 x 0.025 USD`,
      'Standard Metered Data 500 Mbps Circuit: 0.033333333 x 290.000 USD',
    ])
  })
})

it('a bill is added up by meter and currency, of the days that are read alone, and says which lack a record', () => {
  const record = (day: number, meter: string, quantity: string, currency = 'USD') => ({
    day,
    meter,
    currency,
    quantity,
    cost: String(Number(quantity) * 2),
  })
  const records = [
    record(1, 'a', '1'),
    record(1, 'a', '2'),
    record(3, 'a', '4'),
    record(9, 'a', '8'),
    record(1, 'a', '16', 'EUR'),
    record(1, 'b', '32'),
  ]
  const found = sumBilledMeters(
    records,
    (meter) => (meter === 'a' ? [1, 2, 3] : [1]),
    (meter, days) => (meter === 'a' ? new Decimal(days.reduce((sum, day) => sum + day, 0)) : null),
  )
  expect(
    found.map((one) => [
      one.meter,
      one.currency,
      Number(one.quantity),
      Number(one.cost),
      one.missingDays,
      one.days,
      one.late && Number(one.late),
    ]),
  ).toEqual([
    ['a', 'USD', 7, 14, 1, 3, 2],
    ['a', 'EUR', 16, 32, 2, 3, 5],
    ['b', 'USD', 32, 64, 0, 1, null],
  ])
})
