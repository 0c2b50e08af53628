'use client'

import { useMemo } from 'react'
import type { Circuit, CircuitPathView } from '#lib/circuits/api/index.ts'
import { formatBandwidth } from '../format/quantity.ts'
import { nameColumn, NothingFound } from '../resource-page/parts.tsx'
import { Rate } from '../ui/facts/quantities.tsx'
import { Status, statusText } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import { timeBounds } from '../ui/table/exported.ts'
import { type Column, compareValues } from '../ui/table/features.ts'
import { circuitsWorstFirst, pathStatus, redundancyStatus, unconfirmedWords } from '../ui/words.ts'
import { PathBrief } from './path-brief.tsx'
import { circuitPlanWords } from './plan-words.ts'
import { trafficColumn } from '../uptime/traffic-column.tsx'
import { uptimeColumn } from '../uptime/uptime-column.tsx'
import { UptimeLengthChoice } from '../uptime/uptime-length.tsx'
import { useUptime } from '../uptime/use-uptime.ts'
import { useDayRates } from '../uptime/use-day-rates.ts'

const pathOf = (circuit: Circuit, name: CircuitPathView['path']) => circuit.paths.find(({ path }) => path === name)

/** The sum of both paths; null while a configured path's rate is unknown. */
function sumOf(circuit: Circuit, rate: (path: CircuitPathView) => number | null): number | null {
  let sum: number | null = null
  for (const path of circuit.paths) {
    const bits = rate(path)
    if (bits !== null) sum = (sum ?? 0) + bits
  }
  return sum
}
const bitsIn = (circuit: Circuit) => sumOf(circuit, ({ bitsInPerSecond }) => bitsInPerSecond)
const bitsOut = (circuit: Circuit) => sumOf(circuit, ({ bitsOutPerSecond }) => bitsOutPerSecond)

const headerOf = { primary: 'Primary', secondary: 'Secondary' } as const

function stateOf(circuit: Circuit, name: CircuitPathView['path']): string | null {
  const path = pathOf(circuit, name)
  return path ? statusText(pathStatus(path.state, path.unconfirmedSince)) : null
}

/** The column of redundancy says what its paths give, not whether anything about the circuit is a problem: that is the overview's. */
const columns: Column<Circuit>[] = [
  nameColumn('Circuit', 'circuits', ({ peeringLocation, provider }) => [peeringLocation, provider]),
  {
    id: 'state',
    header: 'Redundancy',
    value: ({ redundancy, unconfirmedSince }) => statusText(redundancyStatus(redundancy, unconfirmedSince)),
    compare: (a, b) =>
      circuitsWorstFirst.indexOf(a.redundancy) - circuitsWorstFirst.indexOf(b.redundancy) ||
      compareValues(a.name, b.name),
    cell: ({ redundancy, unconfirmedSince }) => (
      <span className="flex flex-col">
        <Status {...redundancyStatus(redundancy)} className="whitespace-nowrap" />
        {unconfirmedSince && <span className="text-xs text-ink-2">{unconfirmedWords(unconfirmedSince)}</span>}
      </span>
    ),
  },
  ...(['primary', 'secondary'] as const).map(
    (name): Column<Circuit> => ({
      id: name,
      header: headerOf[name],
      value: (circuit) => stateOf(circuit, name),
      exported: [
        { header: `${headerOf[name]} path`, value: (circuit) => stateOf(circuit, name) },
        ...timeBounds<Circuit>(`${headerOf[name]} path since`, (circuit) => pathOf(circuit, name)?.since),
        {
          header: `${headerOf[name]} path to Azure (bit/s)`,
          value: (circuit) => pathOf(circuit, name)?.bitsInPerSecond ?? null,
        },
        {
          header: `${headerOf[name]} path from Azure, billed (bit/s)`,
          value: (circuit) => pathOf(circuit, name)?.bitsOutPerSecond ?? null,
        },
      ],
      cell: (circuit) => <PathBrief path={pathOf(circuit, name)} />,
    }),
  ),
  {
    id: 'in',
    header: 'To Azure',
    align: 'right',
    value: bitsIn,
    exported: [{ header: 'To Azure (bit/s)', value: bitsIn }],
    cell: (circuit) => <Rate bits={bitsIn(circuit)} />,
  },
  {
    id: 'out',
    header: 'From Azure (billed)',
    align: 'right',
    // its name has two lines, not three, while no rate is known
    className: 'min-w-23',
    value: bitsOut,
    exported: [{ header: 'From Azure, billed (bit/s)', value: bitsOut }],
    cell: (circuit) => <Rate bits={bitsOut(circuit)} />,
  },
  {
    id: 'bandwidth',
    header: 'Bandwidth',
    align: 'right',
    value: ({ bandwidthMbps }) => bandwidthMbps,
    exported: [{ header: 'Bandwidth of one path (Mbit/s)', value: ({ bandwidthMbps }) => bandwidthMbps }],
    cell: ({ bandwidthMbps }) => (
      <span className="whitespace-nowrap">{bandwidthMbps === null ? '–' : formatBandwidth(bandwidthMbps)}</span>
    ),
  },
  {
    id: 'plan',
    header: 'SKU',
    value: ({ sku }) => [sku.tier, circuitPlanWords(sku.family)].filter(Boolean).join(' '),
    className: 'text-ink-2 whitespace-nowrap',
  },
]

export function CircuitTable({ circuits }: { circuits: Circuit[] }) {
  const { length, of } = useUptime()
  const rates = useDayRates()
  const all = useMemo(
    () =>
      columns.toSpliced(
        AFTER_STATE,
        0,
        uptimeColumn<Circuit>(length, ({ id }) => of(id)),
        trafficColumn<Circuit>(
          ({ id }) => rates(id),
          ({ bandwidthMbps }) => bandwidthMbps && bandwidthMbps * 1e6,
        ),
      ),
    [length, of, rates],
  )
  return (
    <DataTable
      name="circuits"
      caption="ExpressRoute circuits"
      columns={all}
      rows={circuits}
      rowKey={({ id }) => id}
      rowTone={({ redundancy }) => redundancyStatus(redundancy).tone}
      defaultSort={byState}
      toolbar={<UptimeLengthChoice />}
      empty={
        <NothingFound title="No ExpressRoute circuit found">
          Peerwatch lists the circuits of the subscriptions that it can read.
        </NothingFound>
      }
    />
  )
}

/** Where the pictures stand: after name and redundancy. */
const AFTER_STATE = 2

const byState = { id: 'state', desc: false }
