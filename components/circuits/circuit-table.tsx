'use client'

import Link from 'next/link'
import type { Circuit, CircuitPathView } from '#lib/contract/index.ts'
import { formatBandwidth, formatBitRate } from '../format/quantity.ts'
import { Empty } from '../ui/answer-view.tsx'
import { Status } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { Column } from '../ui/table/features.ts'
import { pathStatus, redundancyStatus } from '../ui/words.ts'
import { PathBrief } from './path-brief.tsx'

const worstFirst: Circuit['redundancy'][] = ['no_path', 'reduced', 'unknown', 'single_homed', 'redundant', 'disabled']

const pathOf = (circuit: Circuit, name: CircuitPathView['path']) => circuit.paths.find(({ path }) => path === name)

/** The sum over both paths; null while one that should carry traffic is not known. */
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

function Rate({ bits }: { bits: number | null }) {
  return (
    <span className="font-mono whitespace-nowrap">
      {bits === null ? <span className="text-ink-3">–</span> : formatBitRate(bits)}
    </span>
  )
}

const columns: Column<Circuit>[] = [
  {
    id: 'name',
    header: 'Circuit',
    value: ({ name }) => name,
    cell: ({ id, name, provider, peeringLocation }) => (
      <span className="flex min-w-36 flex-col">
        <Link href={`/circuits/${id}`} className="link w-fit font-medium">
          {name}
        </Link>
        <span className="text-xs text-ink-3">{[peeringLocation, provider].filter(Boolean).join(' · ')}</span>
      </span>
    ),
  },
  {
    id: 'state',
    header: 'State',
    value: ({ redundancy }) => redundancyStatus(redundancy).word,
    compare: (a, b) =>
      worstFirst.indexOf(a.redundancy) - worstFirst.indexOf(b.redundancy) || a.name.localeCompare(b.name),
    cell: ({ redundancy }) => <Status {...redundancyStatus(redundancy)} className="whitespace-nowrap" />,
  },
  ...(['primary', 'secondary'] as const).map(
    (name): Column<Circuit> => ({
      id: name,
      header: name === 'primary' ? 'Primary path' : 'Secondary path',
      value: (circuit) => {
        const path = pathOf(circuit, name)
        return path ? pathStatus(path.state).word : null
      },
      cell: (circuit) => <PathBrief path={pathOf(circuit, name)} />,
    }),
  ),
  { id: 'in', header: 'To Azure', align: 'right', value: bitsIn, cell: (circuit) => <Rate bits={bitsIn(circuit)} /> },
  {
    id: 'out',
    header: 'From Azure (billed)',
    align: 'right',
    value: bitsOut,
    cell: (circuit) => <Rate bits={bitsOut(circuit)} />,
  },
  {
    id: 'bandwidth',
    header: 'Bandwidth',
    align: 'right',
    value: ({ bandwidthMbps }) => bandwidthMbps,
    cell: ({ bandwidthMbps }) => (
      <span className="whitespace-nowrap">{bandwidthMbps === null ? '–' : formatBandwidth(bandwidthMbps)}</span>
    ),
  },
  {
    id: 'plan',
    header: 'SKU',
    value: ({ sku }) => [sku.tier, planWords(sku.family)].filter(Boolean).join(' '),
    className: 'text-ink-2 whitespace-nowrap',
  },
]

/** ARM's family as people say it: `MeteredData` is metered. */
export const planWords = (family: string | null) => family?.replace(/Data$/, '').toLowerCase() ?? null

export function CircuitTable({ circuits }: { circuits: Circuit[] }) {
  return (
    <DataTable
      name="circuits"
      caption="ExpressRoute circuits"
      columns={columns}
      rows={circuits}
      rowKey={({ id }) => id}
      rowTone={({ redundancy }) => redundancyStatus(redundancy).tone}
      defaultSort={byState}
      empty={
        <Empty title="No ExpressRoute circuit found">
          Peerwatch lists the circuits of the subscriptions that it may read. Look at{' '}
          <Link href="/sources" className="link">
            Sources
          </Link>{' '}
          for a list that was refused.
        </Empty>
      }
    />
  )
}

const byState = { id: 'state', desc: false }
