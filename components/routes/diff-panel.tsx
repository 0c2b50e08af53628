'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import type { RoutesDiffView, RouteAttributesView } from '#lib/routes/api/index.ts'
import { useEndpoint } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { formatCount, plural } from '../format/quantity.ts'
import { DataGaps } from '../time/data-gaps.tsx'
import type { TimeRange } from '../time/range.ts'
import { AnswerView, Empty, SkeletonRows } from '../ui/answer-view.tsx'
import type { Tone } from '../ui/drawing/glyph.tsx'
import { Panel } from '../ui/panel.tsx'
import { Status } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { Column } from '../ui/table/features.ts'
import { Moment } from '../ui/times/time.tsx'
import { AzCommands } from '../ui/facts/az-command.tsx'
import { ComparedMoments } from './compared-moments.tsx'
import { RouteRows, rowsText } from './route-attributes.tsx'
import { byPrefix, historyColumn, tableColumns } from './shared-columns.tsx'
import { ScopeFilter } from './scope-filter.tsx'
import { routesHref } from './route-views.ts'
import { useCompared } from './use-cursors.ts'

/** Differences between the tables at two times: by default the ends of the time range. */
export function DiffPanel({ range }: { range: TimeRange }) {
  const [{ scope }] = useQueryStates({ scope: parseAsString })
  const compared = useCompared(range)
  const diff = useEndpoint('routes/diff', { scope, ...compared })
  return (
    <Panel title="Route diff" flush answer={diff.data}>
      <div className="flex flex-wrap items-end gap-3 border-b px-3.5 py-2.5">
        <ScopeFilter />
        <ComparedMoments compared={compared} scope={scope} />
      </div>
      <AnswerView query={diff} skeleton={<SkeletonRows rows={8} height="3rem" />}>
        {({ data, uncovered, uncoveredOmitted }) => (
          <>
            <Summary diff={data} />
            {uncovered && uncovered.length > 0 && (
              <div className="border-t px-3.5 py-2">
                <DataGaps intervals={uncovered} omitted={uncoveredOmitted} />
              </div>
            )}
            <div className="border-t">
              <DataTable
                name="diff"
                caption="Route differences between A and B"
                columns={columnsFor(range)}
                rows={diffRows(data)}
                exportTitle="route diff"
                time={{ from: data.from, to: data.to }}
                rowKey={(row) =>
                  [row.kind, row.scope, row.table, row.instance, row.peering, row.path, row.peer, row.prefix].join('/')
                }
                defaultSort={byKind}
                empty={<Empty title="No differences">Every route has the same attributes at A and at B.</Empty>}
              />
            </div>
            <AzCommands
              commands={data.tables.map(({ azCommand, ...table }) => ({ command: azCommand, what: tableName(table) }))}
            />
          </>
        )}
      </AnswerView>
    </Panel>
  )
}

const byKind = { id: 'kind', desc: false }

const tableName = ({ scopeName, table, path, subresource }: Omit<RoutesDiffView['tables'][number], 'azCommand'>) =>
  table === 'tables'
    ? `${scopeName}, ${path} path`
    : `Routes that ${scopeName} ${table}${table === 'advertised' && subresource ? ` to ${subresource}` : ''}`

function Summary({ diff }: { diff: RoutesDiffView }) {
  const { announced, withdrawn, changed, undecidable, changesBetween } = diff
  const between = changesBetween && changesBetween.announced + changesBetween.changed + changesBetween.withdrawn
  return (
    <p className="px-3.5 py-3 text-base" role="status">
      <Moment at={diff.from} /> – <Moment at={diff.to} />:{' '}
      {withdrawn.length + announced.length + changed.length === 0 ? (
        'no net change'
      ) : (
        <>
          {formatCount(withdrawn.length)} withdrawn, {formatCount(announced.length)} announced,{' '}
          {formatCount(changed.length)} changed
        </>
      )}
      {undecidable.length > 0 && (
        <>
          ,{' '}
          <span className="hatch rounded-xs px-0.5">
            <span className="bg-surface/80 px-0.5">{formatCount(undecidable.length)} without data</span>
          </span>
        </>
      )}
      .{' '}
      {between !== null && (
        <PageLink href={routesHref('changes', { from: diff.from, to: diff.to })} className="link text-ink-2">
          {plural(between, 'update')} in between
        </PageLink>
      )}
    </p>
  )
}

const kindWords: Record<DiffKind, { tone: Tone; word: string }> = {
  withdrawn: { tone: 'down', word: 'WITHDRAWN' },
  announced: { tone: 'up', word: 'ANNOUNCED' },
  changed: { tone: 'notice', word: 'CHANGED' },
  undecidable: { tone: 'unknown', word: 'UNKNOWN' },
}

const columnsFor = (range: TimeRange): Column<DiffRow>[] => [
  {
    id: 'kind',
    header: 'Change',
    value: ({ kind }) => kindWords[kind].word,
    compare: (a, b) => diffKinds.indexOf(a.kind) - diffKinds.indexOf(b.kind) || byPrefix(a, b),
    cell: ({ kind }) => <Status {...kindWords[kind]} className="whitespace-nowrap" />,
  },
  historyColumn(range, ({ scope }) => scope),
  ...tableColumns<DiffRow>(),
  {
    id: 'before',
    header: 'Before',
    keep: true,
    value: ({ before, doubt }) => doubt ?? rowsText(before),
    cell: ({ before, doubt }) =>
      doubt ? (
        <span className="block text-ink-2 sm:min-w-56">{doubt}</span>
      ) : (
        <RouteRows rows={before} none="no route" />
      ),
  },
  {
    id: 'after',
    header: 'After',
    keep: true,
    value: ({ after, doubt }) => (doubt ? null : rowsText(after)),
    cell: ({ after, doubt }) => (doubt ? null : <RouteRows rows={after} none="no route" />),
  },
]

/** Kinds of difference, worst first. */
const diffKinds = ['withdrawn', 'announced', 'changed', 'undecidable'] as const
type DiffKind = (typeof diffKinds)[number]

type RouteKey = Pick<
  RoutesDiffView['announced'][number],
  'scope' | 'scopeName' | 'resourceId' | 'table' | 'peering' | 'path' | 'instance' | 'peer' | 'prefix'
>

interface DiffRow extends RouteKey {
  kind: DiffKind
  before: RouteAttributesView[]
  after: RouteAttributesView[]
  /** why the difference is undecidable; null if it is decided */
  doubt: string | null
}

const moments = { from: 'the first time', to: 'the second time', both: 'both times' }

/** One list of all differences, so that one table sorts, filters and exports them. */
function diffRows(diff: RoutesDiffView): DiffRow[] {
  const differing = (['withdrawn', 'announced', 'changed'] as const).flatMap((kind) =>
    diff[kind].map((row): DiffRow => ({ ...row, kind, doubt: null })),
  )
  const undecidable = diff.undecidable.map(
    ({ reason, at, ...key }): DiffRow => ({
      ...key,
      kind: 'undecidable',
      before: [],
      after: [],
      doubt:
        reason === 'not_covered' ? `no data at ${moments[at]}` : `it changed between two polls around ${moments[at]}`,
    }),
  )
  return [...differing, ...undecidable]
}
