'use client'

import { useMemo } from 'react'
import type { Circuit, CircuitHistory, CircuitPathView } from '#lib/contract/index.ts'
import { Sparkline } from '../charts/sparkline.tsx'
import { useEndpoint } from '../data/index.ts'
import { formatBandwidth, formatBitRate } from '../format/quantity.ts'
import { nameColumn, NothingFound } from '../resource-page/parts.tsx'
import { Rate } from '../ui/quantities.tsx'
import { Status } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import { timeBounds } from '../ui/table/exported.ts'
import { type Column, compareValues } from '../ui/table/features.ts'
import { circuitsWorstFirst, pathStatus, redundancyStatus } from '../ui/words.ts'
import { PathBrief } from './path-brief.tsx'
import { planWords } from './plan-words.ts'
import { UptimeBars } from './uptime-bars.tsx'
import { availabilityOf } from './uptime-words.ts'

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

const headerOf = { primary: 'Primary path', secondary: 'Secondary path' } as const

function stateOf(circuit: Circuit, name: CircuitPathView['path']): string | null {
  const path = pathOf(circuit, name)
  return path ? pathStatus(path.state).word : null
}

/** The column of redundancy says what its paths give, not whether anything about the circuit is a problem: that is the overview's. */
const columns: Column<Circuit>[] = [
  nameColumn('Circuit', 'circuits', ({ peeringLocation, provider }) => [peeringLocation, provider]),
  {
    id: 'state',
    header: 'Redundancy',
    value: ({ redundancy }) => redundancyStatus(redundancy).word,
    compare: (a, b) =>
      circuitsWorstFirst.indexOf(a.redundancy) - circuitsWorstFirst.indexOf(b.redundancy) ||
      compareValues(a.name, b.name),
    cell: ({ redundancy }) => <Status {...redundancyStatus(redundancy)} className="whitespace-nowrap" />,
  },
  ...(['primary', 'secondary'] as const).map(
    (name): Column<Circuit> => ({
      id: name,
      header: headerOf[name],
      value: (circuit) => stateOf(circuit, name),
      exported: [
        { header: `${headerOf[name]}`, value: (circuit) => stateOf(circuit, name) },
        ...timeBounds<Circuit>(`${headerOf[name]} since`, (circuit) => pathOf(circuit, name)?.since),
        {
          header: `${headerOf[name]} to Azure (bit/s)`,
          value: (circuit) => pathOf(circuit, name)?.bitsInPerSecond ?? null,
        },
        {
          header: `${headerOf[name]} from Azure, billed (bit/s)`,
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
    value: ({ sku }) => [sku.tier, planWords(sku.family)].filter(Boolean).join(' '),
    className: 'text-ink-2',
  },
]

/** The last days and the last 24 hours, once they are read. */
function historyColumns(history: ReadonlyMap<string, CircuitHistory>): Column<Circuit>[] {
  const of = ({ id }: Circuit) => history.get(id)
  return [
    {
      id: 'uptime',
      header: '30 days',
      value: (circuit) => availabilityOf(of(circuit)?.days ?? []),
      exported: [
        {
          header: 'Up at least, of what was observed in 30 days (%)',
          value: (circuit) => {
            const share = availabilityOf(of(circuit)?.days ?? [])
            return share === null ? null : Math.floor(share * 1e6) / 1e4
          },
        },
      ],
      cell: (circuit) => <Days days={of(circuit)?.days} />,
    },
    {
      id: 'traffic',
      header: 'Last 24 hours',
      value: (circuit) => peakOf(of(circuit)?.traffic),
      exported: [
        { header: 'Highest half-hour rate of 24 hours (bit/s)', value: (circuit) => peakOf(of(circuit)?.traffic) },
      ],
      cell: (circuit) => <Traffic traffic={of(circuit)?.traffic} />,
    },
  ]
}

const Days = ({ days }: { days: CircuitHistory['days'] | undefined }) =>
  days ? <UptimeBars days={days} /> : <span className="skeleton block h-[2.125rem] w-30" />

function Traffic({ traffic }: { traffic: CircuitHistory['traffic'] | undefined }) {
  if (!traffic) return <span className="skeleton block h-7 w-26" />
  const peak = peakOf(traffic)
  return (
    <Sparkline
      toAzure={traffic.toAzureBitsPerSecond}
      fromAzure={traffic.fromAzureBitsPerSecond}
      most={peak ?? 0}
      title={
        peak === null
          ? 'Traffic of the last 24 hours is not known'
          : `Traffic of the last 24 hours, to Azure above and from Azure below, at most ${formatBitRate(peak)}`
      }
    />
  )
}

/** The highest mean of half an hour in either direction, bit/s. */
function peakOf(traffic: CircuitHistory['traffic'] | undefined): number | null {
  const known = [...(traffic?.toAzureBitsPerSecond ?? []), ...(traffic?.fromAzureBitsPerSecond ?? [])].filter(
    (rate) => rate !== null,
  )
  return known.length === 0 ? null : Math.max(...known)
}

/** @param height greatest, before it scrolls */
export function CircuitTable({ circuits, height }: { circuits: Circuit[]; height?: string }) {
  const history = useEndpoint('circuits/history').data?.data
  const all = useMemo(
    () => columns.toSpliced(AFTER_STATE, 0, ...historyColumns(new Map(history?.map((one) => [one.id, one])))),
    [history],
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
      {...(height && { height })}
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
