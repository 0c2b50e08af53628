import { describe, expect, it } from 'vitest'
import { DAY } from '#lib/contract/time/time.ts'
import { circuit, flat, frame, GB, office } from '../testing/circuits.ts'
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
    { name: 'half a year', hours: office(NOW - 180 * DAY, NOW, 1e11, 0.01) },
    { name: 'two days, and no trend yet', hours: flat(NOW - 2 * DAY, NOW, GB) },
    { name: 'nothing', hours: [] },
    { name: 'a gap', hours: office(NOW - 60 * DAY, NOW, 1e11).filter(({ start }) => start % (3 * DAY) !== 0) },
  ])('comes back as it was, and prices the same: $name', ({ hours }) => {
    const input = circuit(hours)
    const traffic = projectCircuitTraffic(input, frame(NOW))
    const back = kept(convertTrafficToJson(traffic))
    expect(back).toEqual(traffic)
    const withoutHours = { ...input, usage: { ...input.usage, hours: [] }, traffic: back ?? undefined }
    expect(projectCircuit(withoutHours, frame(NOW))).toEqual(projectCircuit(input, frame(NOW)))
  })

  it('has what it may rise by, and what it must take over, each by itself', () => {
    const traffic = projectCircuitTraffic(circuit(office(NOW - 60 * DAY, NOW, 1e11)), frame(NOW))
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
    const stored = Object(convertTrafficToJson(projectCircuitTraffic(circuit(flat(NOW - DAY, NOW, GB)), frame(NOW))))
    expect(kept(stored)).not.toBeNull()
    expect(kept({ ...stored, toDate: { ...stored.toDate, hours: [row] } })).toBeNull()
    expect(kept({ ...stored, toDate: { ...stored.toDate, hours: row } })).toBeNull()
  })

  it.each([
    null,
    {},
    [],
    'text',
    { ...Object(convertTrafficToJson(projectCircuitTraffic(circuit([]), frame(NOW)))), basis: 'other' },
  ])('that is of another form is none: %j', (stored) => {
    expect(kept(stored)).toBeNull()
  })
})
