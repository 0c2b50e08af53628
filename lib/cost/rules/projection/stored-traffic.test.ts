import { describe, expect, it } from 'vitest'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import {
  createTestProjectionInput,
  createHoursWithEqualBytes,
  createTestCostContext,
  DECIMAL_GB_BYTES,
  createOfficeTrafficHours,
} from '../testing/circuits.ts'
import { projectCircuit, projectCircuitTraffic } from './project-circuit.ts'
import {
  parseStoredRise,
  convertTrafficToJson,
  parseStoredFailoverTraffic,
  parseStoredTraffic,
} from './stored-traffic.ts'

const NOW = Date.UTC(2026, 10, 20, 12)
const kept = (stored: unknown) => parseStoredTraffic(JSON.parse(JSON.stringify(stored)))

describe('traffic that is kept', () => {
  it.each([
    { name: 'half a year', hours: createOfficeTrafficHours(NOW - 180 * MS_PER_DAY, NOW, 1e11, 0.01) },
    {
      name: 'two days, and no trend yet',
      hours: createHoursWithEqualBytes(NOW - 2 * MS_PER_DAY, NOW, DECIMAL_GB_BYTES),
    },
    { name: 'nothing', hours: [] },
    {
      name: 'a gap',
      hours: createOfficeTrafficHours(NOW - 60 * MS_PER_DAY, NOW, 1e11).filter(
        ({ start }) => start % (3 * MS_PER_DAY) !== 0,
      ),
    },
  ])('comes back as it was, and prices the same: $name', ({ hours }) => {
    const input = createTestProjectionInput(hours)
    const traffic = projectCircuitTraffic(input, createTestCostContext(NOW))
    const back = kept(convertTrafficToJson(traffic))
    expect(back).toEqual(traffic)
    const withoutHours = { ...input, usage: { ...input.usage, hours: [] }, traffic: back ?? undefined }
    expect(projectCircuit(withoutHours, createTestCostContext(NOW))).toEqual(
      projectCircuit(input, createTestCostContext(NOW)),
    )
  })

  it('has what it may rise by, and what it must take over, each by itself', () => {
    const traffic = projectCircuitTraffic(
      createTestProjectionInput(createOfficeTrafficHours(NOW - 60 * MS_PER_DAY, NOW, 1e11)),
      createTestCostContext(NOW),
    )
    const takeOver = { at: 5, isUnsure: true, losses: [] }
    const stored = { ...Object(convertTrafficToJson(traffic)), takeOver }
    expect(parseStoredRise(stored)).toEqual(traffic.carried?.rise)
    expect(parseStoredFailoverTraffic(stored)).toEqual(takeOver)
    expect([
      parseStoredRise({ takeOver }),
      parseStoredFailoverTraffic({}),
      parseStoredRise(null),
      parseStoredFailoverTraffic(null),
    ]).toEqual([null, null, null, null])
  })

  it.each([
    [1],
    [1, '1', '0', '3600'],
    ['1', '1', '0', 3_600],
    [1, 1, '0', 3_600],
    [1, '1.5', '0', 3_600],
    [1, '1', '-1', 3_600],
    [1, '1', '0', 3_600, 0],
  ])('is none with an hour such as %j', (...row) => {
    const stored = Object(
      convertTrafficToJson(
        projectCircuitTraffic(
          createTestProjectionInput(createHoursWithEqualBytes(NOW - MS_PER_DAY, NOW, DECIMAL_GB_BYTES)),
          createTestCostContext(NOW),
        ),
      ),
    )
    expect(kept(stored)).not.toBeNull()
    expect(kept({ ...stored, toDate: { ...stored.toDate, hours: [row] } })).toBeNull()
    expect(kept({ ...stored, toDate: { ...stored.toDate, hours: row } })).toBeNull()
  })

  it.each([
    null,
    {},
    [],
    'text',
    {
      ...Object(convertTrafficToJson(projectCircuitTraffic(createTestProjectionInput([]), createTestCostContext(NOW)))),
      basis: 'other',
    },
  ])('that is of another form is none: %j', (stored) => {
    expect(kept(stored)).toBeNull()
  })
})
