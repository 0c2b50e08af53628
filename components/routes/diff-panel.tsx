'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import type { RoutesDiffView } from '#lib/contract/index.ts'
import { useRoutesDiff } from '../data/index.ts'
import { formatCount, plural } from '../format/quantity.ts'
import { DataGaps } from '../time/data-gaps.tsx'
import type { TimeRange } from '../time/range.ts'
import { AnswerView, Empty, SkeletonRows } from '../ui/answer-view.tsx'
import type { Tone } from '../ui/glyph.tsx'
import { Panel } from '../ui/panel.tsx'
import { Status } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { Column } from '../ui/table/features.ts'
import { AsOf, Moment } from '../ui/time.tsx'
import { AzCommands } from './az-command.tsx'
import { type DiffKind, diffKinds, type DiffRow, diffRows } from './diff-rows.ts'
import { RouteRows, rowsText } from './route-attributes.tsx'
import { byPrefix, historyColumn, tableColumns } from './shared-columns.tsx'
import { ScopeFilter } from './scope-filter.tsx'
import { useCompared } from './use-cursors.ts'

/** What the tables of two moments differ in: the ends of the page's time, until the line of time above moves one of them. */
export function DiffPanel({ range }: { range: TimeRange }) {
  const [{ scope }] = useQueryStates({ scope: parseAsString })
  const compared = useCompared(range)
  const diff = useRoutesDiff({ scope, ...compared })
  return (
    <Panel
      title="Two moments compared"
      flush
      aside={diff.data && <AsOf asOf={diff.data.asOf} freshness={diff.data.freshness} pinned={compared.to !== null} />}
    >
      <div className="flex flex-wrap items-end gap-3 border-b px-3.5 py-2.5">
        <ScopeFilter />
        <p className="max-w-[70ch] text-xs text-ink-3">
          <Moment at={compared.from} /> against {compared.to === null ? 'now' : <Moment at={compared.to} />}. A press on
          a bar above moves the nearer of the two.
        </p>
      </div>
      <AnswerView query={diff} skeleton={<SkeletonRows rows={8} height="3rem" />}>
        {({ data, uncovered }) => (
          <>
            <Summary diff={data} />
            {uncovered && uncovered.length > 0 && (
              <div className="border-t px-3.5 py-2">
                <DataGaps intervals={uncovered} />
              </div>
            )}
            <div className="border-t">
              <DataTable
                name="diff"
                caption="Differences of the two moments"
                columns={columnsFor(range)}
                rows={diffRows(data)}
                rowKey={(row) =>
                  [row.kind, row.scope, row.table, row.instance, row.path, row.peer, row.prefix].join('/')
                }
                defaultSort={byKind}
                empty={
                  <Empty title="Both moments are alike">
                    Every route stood at both of them with the same attributes. What came and went in between is in the
                    bars above.
                  </Empty>
                }
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

const tableName = ({ scopeName, table, path, part }: Omit<RoutesDiffView['tables'][number], 'azCommand'>) =>
  table === 'tables'
    ? `${scopeName}, ${path} path`
    : `Routes that ${scopeName} ${table}${table === 'advertised' && part ? ` to ${part}` : ''}`

function Summary({ diff }: { diff: RoutesDiffView }) {
  const { announced, withdrawn, changed, undecidable, changesBetween } = diff
  const between = changesBetween && changesBetween.announced + changesBetween.changed + changesBetween.withdrawn
  return (
    <p className="px-3.5 py-3 text-base" role="status">
      Between <Moment at={diff.from} /> and <Moment at={diff.to} /> {plural(withdrawn.length, 'route')} went,{' '}
      {formatCount(announced.length)} came, {formatCount(changed.length)} changed
      {undecidable.length > 0 && (
        <>
          , and of{' '}
          <span className="hatch rounded-xs px-0.5">
            <span className="bg-surface/80 px-0.5">{plural(undecidable.length, 'route')} nothing can be said</span>
          </span>
        </>
      )}
      .{between !== null && <span className="text-ink-2"> On the way {plural(between, 'change')} were recorded.</span>}
    </p>
  )
}

const kindWords: Record<DiffKind, { tone: Tone; word: string }> = {
  withdrawn: { tone: 'down', word: 'WITHDRAWN' },
  announced: { tone: 'up', word: 'ANNOUNCED' },
  changed: { tone: 'notice', word: 'CHANGED' },
  undecidable: { tone: 'unknown', word: 'NOT KNOWN' },
}

const columnsFor = (range: TimeRange): Column<DiffRow>[] => [
  {
    id: 'kind',
    header: 'What',
    value: ({ kind }) => kindWords[kind].word,
    compare: (a, b) => diffKinds.indexOf(a.kind) - diffKinds.indexOf(b.kind) || byPrefix(a, b),
    cell: ({ kind }) => <Status {...kindWords[kind]} className="whitespace-nowrap" />,
  },
  historyColumn(range, ({ scope }) => scope),
  ...tableColumns<DiffRow>(),
  {
    id: 'before',
    header: 'Before',
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
    value: ({ after, doubt }) => (doubt ? null : rowsText(after)),
    cell: ({ after, doubt }) => (doubt ? null : <RouteRows rows={after} none="no route" />),
  },
]
