import type { PathSessionEnds } from '#lib/routers/api/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { Panel } from '../ui/panel.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import { createTimeBoundsColumns } from '../ui/table/exported-rows.ts'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { TimeBoundsText } from '../ui/times/time.tsx'
import { getRouterName } from './router-text.ts'

type Difference = PathSessionEnds['announced']['differences'][number]

const verdictNames: Record<Difference['verdict'], string> = {
  not_yet: 'not yet',
  not_learned: 'not learned',
  by_policy: 'kept back',
  learned_only: 'learned only',
}

const columns: DataTableColumn<Difference>[] = [
  { id: 'prefix', header: 'Prefix', value: ({ prefix }) => prefix, className: 'font-mono' },
  { id: 'verdict', header: 'Verdict', value: ({ verdict }) => verdictNames[verdict] },
  { id: 'words', header: 'Why', value: ({ words }) => words, className: 'text-xs text-ink-2' },
  {
    id: 'since',
    header: 'At the router since',
    value: ({ since }) => since?.[1] ?? null,
    exported: createTimeBoundsColumns('At the router since', ({ since }) => since),
    cell: ({ since }) =>
      since ? <TimeBoundsText bounds={since} /> : <span className="text-ink-3">not announced</span>,
  },
]

/**
 * Panel that compares, for each path of a circuit, the routes that the customer's routers announce with the routes that
 * Azure learned. Renders nothing if no router of the circuit reports to Peerwatch.
 */
export function AnnouncedAndLearnedPanel({ circuitId }: { circuitId: string }) {
  const ends = useEndpointQuery('circuits/{id}/routers', { id: circuitId }).data?.data ?? []
  if (ends.length === 0) return null
  return (
    <Panel
      isOfNow
      title="Announced and learned"
      note="what the customer’s router announces beside what Azure learned from it"
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        {ends.map((one) => (
          <PathAnnounced key={one.peer.id} one={one} />
        ))}
      </div>
    </Panel>
  )
}

function PathAnnounced({ one }: { one: PathSessionEnds }) {
  const { announced, path, peering, routerId } = one
  const { counts, differences, words } = announced
  const name = `${path === 'primary' ? 'Primary' : 'Secondary'} path${peering === 'private' ? '' : ', Microsoft peering'}`
  return (
    <section>
      <h3 className="flex flex-wrap gap-x-2 text-sm">
        <span className="font-medium">{name}</span>
        <PageLink href={`/routers/${routerId}`} className="link">
          {getRouterName({ name: one.routerName, address: one.routerAddress })}
        </PageLink>
      </h3>
      <p className="text-xs text-ink-2">{`${words.charAt(0).toUpperCase()}${words.slice(1)}.`}</p>
      {counts && <p className="mt-1 text-xs">{countsText(counts)}</p>}
      {counts && differences.length > 0 && (
        <DataTable
          name={`announced-${peering}-${path}`}
          caption={`${name}: prefixes on which both differ`}
          columns={columns}
          rows={differences}
          rowKey={({ prefix }) => prefix}
          empty={null}
        />
      )}
    </section>
  )
}

/** Formats the numbers of routes by comparison result: `120 announced and learned, 2 not learned`. */
function countsText(counts: NonNullable<PathSessionEnds['announced']['counts']>): string {
  const { learned, notYet, notLearned, byPolicy, learnedOnly } = counts
  const others: [number, string][] = [
    [notYet, 'not yet'],
    [notLearned, 'not learned'],
    [byPolicy, 'kept back by the router’s policy'],
    [learnedOnly, 'learned only'],
  ]
  const parts = others.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : []))
  return [`${learned} announced and learned`, ...parts].join(', ')
}
