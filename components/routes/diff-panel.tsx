import { parseAsString, useQueryStates } from 'nuqs'
import type { ApiRoutesDiff } from '#lib/routes/api/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { formatCountWithSeparators, formatCountWithPlural } from '../format/quantity.ts'
import { FoldedDataGaps } from '../time/data-gaps.tsx'
import type { TimeRange } from '../time/time-range.ts'
import { QueryStateView, EmptyNote, SkeletonRows } from '../ui/answer-view.tsx'
import { Panel } from '../ui/panel.tsx'
import { AzCommands } from '../ui/facts/az-command.tsx'
import { ComparedMoments } from './compared-moments.tsx'
import { RouteGroupTable } from './route-group-table.tsx'
import { createSingleRouteGroup, type RouteTableChange, groupRouteChanges } from './route-groups.ts'
import { ResourceFilter } from './scope-filter.tsx'
import { buildRoutesHref } from './route-views.ts'
import { useComparedTimes } from './use-cursors.ts'

/** Shows the differences between the route tables at two times, by default now and one day earlier. */
export function DiffPanel({ range }: { range: TimeRange }) {
  const [{ scope }] = useQueryStates({ scope: parseAsString })
  const compared = useComparedTimes(range)
  const diff = useEndpointQuery('routes/diff', { scope, ...compared })
  return (
    <Panel title="Compare" flush answer={diff.data}>
      <div className="flex flex-wrap items-end gap-3 border-b px-3.5 py-2.5">
        <ResourceFilter />
        <ComparedMoments compared={compared} scope={scope} />
      </div>
      <QueryStateView query={diff} skeleton={<SkeletonRows rows={8} height="3rem" />}>
        {({ data, uncovered, uncoveredOmitted }) => (
          <>
            <Summary diff={data} />
            <div className="border-t">
              <RouteGroupTable
                range={range}
                name="diff"
                caption="Route differences between A and B"
                rows={groupRouteChanges(differencesOf(data))}
                exportRows={async () => differencesOf(data).map(createSingleRouteGroup)}
                exportTitle="route diff"
                time={{ from: data.from, to: data.to }}
                defaultSort={byKind}
                empty={<EmptyNote title="No differences">Every route with data at A and B is the same.</EmptyNote>}
              />
            </div>
            <WithoutData undecidable={data.undecidable} />
            <FoldedDataGaps intervals={uncovered} omitted={uncoveredOmitted} />
            <AzCommands
              commands={data.tables.map(({ azCommand, ...table }) => ({ command: azCommand, what: tableName(table) }))}
            />
          </>
        )}
      </QueryStateView>
    </Panel>
  )
}

const byKind = { id: 'kind', desc: false }

const tableName = ({ scopeName, table, path, subresource }: Omit<ApiRoutesDiff['tables'][number], 'azCommand'>) =>
  table === 'tables'
    ? `${scopeName}, ${path} path`
    : `Routes that ${scopeName} ${table}${table === 'advertised' && subresource ? ` to ${subresource}` : ''}`

function Summary({ diff }: { diff: ApiRoutesDiff }) {
  const { announced, withdrawn, changed, undecidable, changesBetween } = diff
  const between = changesBetween && changesBetween.announced + changesBetween.changed + changesBetween.withdrawn
  const ends = new Set(undecidable.map(({ at }) => at))
  const missingAt = ends.size === 1 ? [...ends].map((at) => ` ${moments[at]}`) : ''
  return (
    <p className="px-3.5 py-3 text-xl font-semibold" role="status">
      {withdrawn.length + announced.length + changed.length === 0 ? (
        'No net change'
      ) : (
        <>
          {formatCountWithSeparators(withdrawn.length)} withdrawn, {formatCountWithSeparators(announced.length)}{' '}
          announced, {formatCountWithSeparators(changed.length)} changed
        </>
      )}
      {undecidable.length > 0 && (
        <>
          ,{' '}
          <span className="hatch rounded-xs px-0.5">
            <span className="bg-surface/80 px-0.5">
              {formatCountWithSeparators(undecidable.length)} without data{missingAt}
            </span>
          </span>
        </>
      )}
      .{' '}
      {between !== null && (
        <PageLink
          href={buildRoutesHref('changes', { from: diff.from, to: diff.to })}
          className="link text-xs font-normal text-ink-2"
        >
          {formatCountWithPlural(between, 'update')} in between
        </PageLink>
      )}
    </p>
  )
}

/** Returns the differences between the two times as one list: first withdrawn, then changed, then announced routes. */
const differencesOf = (diff: ApiRoutesDiff): RouteTableChange[] =>
  (
    [
      ['withdraw', diff.withdrawn],
      ['change', diff.changed],
      ['announce', diff.announced],
    ] as const
  ).flatMap(([op, rows]) => rows.map((row): RouteTableChange => ({ ...row, op, between: null })))

const moments = { from: 'at A', to: 'at B', both: 'at A and B' }

/**
 * Summarizes in one line how many routes cannot be compared, because data of one of the two times is missing. The user
 * can expand the line to see the reasons and the number of routes for each resource.
 */
function WithoutData({ undecidable }: Pick<ApiRoutesDiff, 'undecidable'>) {
  if (undecidable.length === 0) return null
  const groups = [
    ...Map.groupBy(
      undecidable,
      ({ reason, at, scopeName }) =>
        `${scopeName}: ${reason === 'not_covered' ? `not polled ${moments[at]}` : `changed between two polls ${moments[at]}`}`,
    ),
  ]
  return (
    <details className="border-t px-3.5 py-2 text-xs text-ink-2">
      <summary className="w-fit rounded-xs">
        {formatCountWithPlural(undecidable.length, 'route')} not compared: no data at one of the two times
      </summary>
      <ul className="mt-1 grid gap-1">
        {groups.map(([words, routes]) => (
          <li key={words}>
            {words}, {formatCountWithPlural(routes.length, 'route')}
          </li>
        ))}
      </ul>
    </details>
  )
}
