import { describe, expect, it } from 'vitest'
import type { ApiCircuitPath } from '#lib/circuits/api/index.ts'
import { formatStatusText } from '../ui/status.tsx'
import { buildEstateMap } from './estate-map.ts'
import { getListedLines, getListedStatus } from './list-lines.ts'
import { testMapCircuit, testMapGateway } from './testing.ts'

const AT = '2026-11-30T09:59:06.000Z'
const nothing = { circuits: [], gateways: [], networks: [], sites: [] }
const rowOf = (circuit: ReturnType<typeof testMapCircuit>) => {
  const [row] = buildEstateMap({ ...nothing, circuits: [circuit] }).places[0]?.rows ?? []
  if (!row) throw new Error('no row')
  return { status: formatStatusText(getListedStatus(row)), lines: getListedLines(row).map(textOf) }
}
const textOf = ({ name, status }: Parameters<typeof getListedLines>[0]['lines'][number]) =>
  `${name}: ${formatStatusText(status)}`

/** Returns a circuit whose polls have stopped, with its last known states. */
function lastKnownCircuit(state: 'redundant' | 'reduced', paths: ('up' | 'down')[]) {
  const circuit = testMapCircuit('a', { redundancy: 'unknown' })
  return {
    ...circuit,
    lastKnown: { state, at: AT },
    paths: circuit.paths.map(
      (path, index): ApiCircuitPath => ({ ...path, lastKnown: { state: paths[index] ?? 'up', at: AT } }),
    ),
  }
}

describe('a row of the list of the map', () => {
  it('has no paths while both are up', () => {
    expect(rowOf(testMapCircuit('a'))).toEqual({ status: 'BOTH PATHS UP', lines: [] })
  })

  it('states once that it is last known, with the time, if its paths agree', () => {
    expect(rowOf(lastKnownCircuit('redundant', ['up', 'up']))).toEqual({
      status: 'BOTH PATHS UP, last known at 2026-11-30 09:59:06 UTC',
      lines: [],
    })
  })

  it('names paths that differ as last known, without the time of the row', () => {
    expect(rowOf(lastKnownCircuit('reduced', ['down', 'up']))).toEqual({
      status: 'ONE PATH LEFT, last known at 2026-11-30 09:59:06 UTC',
      lines: ['primary: DOWN, last known', 'secondary: UP, last known'],
    })
  })

  it('keeps the paths of a loss; a time that the row has is not repeated', () => {
    const circuit = { ...testMapCircuit('a', { redundancy: 'no_path' }), unconfirmedSince: AT }
    const paths = (times: (string | null)[]) =>
      circuit.paths.map((path, index) => ({ ...path, unconfirmedSince: times[index] ?? null }))
    expect(rowOf({ ...circuit, paths: paths([AT, AT]) }).lines).toEqual([
      'primary: DOWN (last known)',
      'secondary: DOWN (last known)',
    ])
    expect(rowOf({ ...circuit, paths: paths(['2026-11-30T09:51:00.000Z', null]) }).lines).toEqual([
      'primary: DOWN (last known at 2026-11-30 09:51 UTC)',
      'secondary: DOWN',
    ])
  })

  it('keeps the path of a circuit whose state is unknown without a last known state', () => {
    expect(rowOf(testMapCircuit('a', { redundancy: 'unknown' })).lines).toEqual([
      'primary: UNKNOWN',
      'secondary: UNKNOWN',
    ])
  })

  it('has the time of a tunnel that is not polled', () => {
    const gateway = testMapGateway('vpn', { kind: 'vpn', tunnels: { leeds: 'Connected' } })
    const connections = gateway.connections.map((one) => ({ ...one, notPolledSince: AT }))
    const [row] = buildEstateMap({ ...nothing, gateways: [{ ...gateway, connections }] }).places[0]?.rows ?? []
    expect(row && [formatStatusText(getListedStatus(row)), getListedLines(row)]).toEqual([
      'CONNECTED, last known at 2026-11-30 09:59:06 UTC',
      [],
    ])
  })
})
