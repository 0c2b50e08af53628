import { describe, expect, it } from 'vitest'
import { projectCircuit } from './projection/project-circuit.ts'
import { DATA_TRANSFER_METER } from './prices/price-sheet.ts'
import {
  createTestProjectionInput,
  createHoursWithEqualBytes,
  createTestCostContext,
  DECIMAL_GB_BYTES,
  LONDON_STANDARD_1_GBPS,
} from './testing/circuits.ts'
import { FOCUS_COLUMNS, formatFocusCsv, createFocusRows, isProjectionMissingInFocus } from './focus.ts'

const [NOV, DEC] = [Date.UTC(2026, 10, 1), Date.UTC(2026, 11, 1)]
const account = {
  billingAccountId: 'sub-1',
  billingAccountName: null,
  subscriptionId: 'sub-1',
  subscriptionName: 'prod',
  resourceId: '/subscriptions/sub-1/erc',
}
const result = (gb = 1_000_000_000) =>
  projectCircuit(
    createTestProjectionInput(createHoursWithEqualBytes(NOV, DEC, 100n * DECIMAL_GB_BYTES)),
    createTestCostContext(DEC, { month: { name: '2026-11', from: NOV, to: DEC }, gb: { bytes: gb, calibrated: true } }),
  )

/** Columns in which FOCUS 1.2 forbids null. */
const NEVER_NULL =
  'BilledCost BillingAccountId BillingCurrency BillingPeriodEnd BillingPeriodStart ChargeCategory ChargePeriodEnd ChargePeriodStart ContractedCost EffectiveCost InvoiceIssuerName ListCost ProviderName PublisherName ServiceCategory ServiceName'.split(
    ' ',
  )

describe('a FOCUS file of a projection', () => {
  const rowsOf = () => createFocusRows(result(), account, { asOf: '2026-12-01T00:00:00.000Z', missing: 1 })

  it('has a row for the port and one for the data, with every mandatory column', () => {
    const rows = rowsOf()
    expect(rows).toHaveLength(2)
    for (const row of rows) {
      expect(Object.keys(row).toSorted()).toEqual([...FOCUS_COLUMNS].toSorted())
      for (const column of NEVER_NULL) expect(row[column as keyof typeof row], column).not.toBeNull()
    }
    expect(rows[0]).toMatchObject({
      BilledCost: '436.00',
      PricingUnit: 'Months',
      PricingQuantity: '1',
      ChargeFrequency: 'Recurring',
      SkuMeter: 'Standard Metered Data 1 Gbps Circuit',
      BillingPeriodEnd: '2026-12-01T00:00:00Z',
      x_Projection: true,
      x_CircuitsMissing: 1,
    })
    expect(rows[1]).toMatchObject({
      BilledCost: '1800.00',
      PricingUnit: 'GB',
      PricingQuantity: '72000',
      ChargeFrequency: 'Usage-Based',
      x_P90: '1800.00',
      x_PricingZone: 'Zone 1',
    })
  })

  it('misses a circuit without a price', () => {
    const lost = projectCircuit(
      createTestProjectionInput([], { peeringLocation: 'Atlantis' }),
      createTestCostContext(DEC),
    )
    expect([result(), lost].map(isProjectionMissingInFocus)).toEqual([false, true])
  })

  it('has the list price beside the negotiated one', () => {
    const signed = { circuitIds: null, from: 0, until: null, by: 'ana', at: 0, why: 'contract' }
    const overridden = projectCircuit(
      createTestProjectionInput(createHoursWithEqualBytes(NOV, DEC, 100n * DECIMAL_GB_BYTES)),
      createTestCostContext(DEC, {
        month: { name: '2026-11', from: NOV, to: DEC },
        gb: { bytes: 1_000_000_000, calibrated: true },
        overrides: [
          { ...signed, id: 'd', kind: 'discount', share: 0.25, meterName: 'Standard Metered Data 1 Gbps Circuit' },
          {
            ...signed,
            id: 'p',
            kind: 'price',
            meterName: DATA_TRANSFER_METER,
            region: null,
            price: '0.02',
            currency: 'USD',
          },
        ],
      }),
    )
    // port: 436 a month less a quarter; data: 72,000 GB at the list price 0.025, or at 0.02 by contract
    expect(createFocusRows(overridden, account, { asOf: '2026-12-01T00:00:00Z', missing: 0 })).toMatchObject([
      {
        BilledCost: '327.00',
        ContractedCost: '327.00',
        ContractedUnitPrice: '327',
        ListCost: '436.00',
        ListUnitPrice: '436',
      },
      {
        BilledCost: '1440.00',
        ContractedCost: '1440.00',
        ContractedUnitPrice: '0.02',
        ListCost: '1800.00',
        ListUnitPrice: '0.025',
      },
    ])
  })

  it('has no invoice, as a projection is no bill', () => {
    expect(FOCUS_COLUMNS).not.toContain('InvoiceId')
  })

  it('marks the time in which nobody read how the circuit was sold, and no other', () => {
    const MIDDLE = NOV + 86_400_000 * 10
    const configured = [
      { from: NOV, to: MIDDLE, facts: LONDON_STANDARD_1_GBPS },
      { from: MIDDLE, to: null, facts: { ...LONDON_STANDARD_1_GBPS, family: 'UnlimitedData' as const } },
    ]
    const unread = [{ from: MIDDLE - 86_400_000, to: MIDDLE }]
    const partly = projectCircuit(
      createTestProjectionInput(
        createHoursWithEqualBytes(NOV, DEC, 100n * DECIMAL_GB_BYTES),
        {},
        { configured, unread },
      ),
      createTestCostContext(DEC, { month: { name: '2026-11', from: NOV, to: DEC } }),
    )
    const marks = createFocusRows(partly, account, { asOf: '2026-12-01T00:00:00Z', missing: 0 })
    expect(marks.map((row) => row.x_TermsAssumed)).toEqual([true, true, false])
  })

  it('names the reading of a GB that was used', () => {
    expect(
      createFocusRows(result(1_073_741_824), account, { asOf: '2026-12-01T00:00:00Z', missing: 0 })[1]?.PricingUnit,
    ).toBe('GiB')
  })

  it('is a CSV of as many lines', () => {
    const of = (meter: string, unit: string, quantity: string, cost: string, price: string, how: string) =>
      [
        `${cost},sub-1,,USD,2026-12-01T00:00:00Z,2026-11-01T00:00:00Z,Usage,,"Projected: ${meter}, Zone 1"`,
        `2026-12-01T00:00:00Z,2026-11-01T00:00:00Z,${cost},${cost},Microsoft,${cost},${quantity},${unit}`,
        `Microsoft,Microsoft,Networking,Azure ExpressRoute,${how},${quantity},${unit},${price},${price},Standard`,
        '/subscriptions/sub-1/erc,erc-london,Microsoft.Network/expressRouteCircuits,Network Connectivity',
        `${meter},sub-1,prod,Zone 1,true,2026-12-01T00:00:00Z,${cost},${cost},${cost},1,false`,
      ].join(',')
    expect(formatFocusCsv(rowsOf()).split('\r\n')).toEqual([
      FOCUS_COLUMNS.join(','),
      of('Standard Metered Data 1 Gbps Circuit', 'Months', '1', '436.00', '436', 'Recurring'),
      of(DATA_TRANSFER_METER, 'GB', '72000', '1800.00', '0.025', 'Usage-Based'),
      '',
    ])
  })
})
