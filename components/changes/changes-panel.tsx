import { useQueries } from '@tanstack/react-query'
import type { ConfigurationChange } from '#lib/incidents/api/index.ts'
import { createEndpointQuery } from '../data/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { useCustomer } from '../links/page-selection-provider.tsx'
import { CopyAzCommand } from '../ui/facts/az-command.tsx'
import { DataGaps } from '../time/data-gaps.tsx'
import { formatRangeText, type TimeRange } from '../time/time-range.ts'
import { useTimeRange } from '../time/use-time-range.ts'
import { EmptyNote, ProblemNotice, SkeletonRows } from '../ui/answer-view.tsx'
import { useRealNow } from '../ui/times/page-clock.tsx'
import { StateSymbol } from '../ui/drawing/glyph.tsx'
import { Panel } from '../ui/panel.tsx'
import { useZone } from '../ui/preferences.tsx'
import { StateLabel } from '../ui/status.tsx'
import { TimeBoundsText, MomentText } from '../ui/times/time.tsx'
import {
  getChangeStatus,
  formatChangedField,
  mergeConfigurationChanges,
  formatChangeOperation,
  formatChangedValue,
} from './change-text.ts'

/** Default time range of the panel. It is a month and not a day, because configuration changes are rare. */
const USUAL = '30d'

/**
 * Panel with the configuration changes of a resource and its connections: the values before and after, and the person
 * who made the change.
 * @param scopes ids of the resources; null = all resources
 * @param most maximum number of changes, the newest; absent = all changes
 */
export function ConfigurationChangesPanel({ scopes, most }: { scopes: readonly (string | null)[]; most?: number }) {
  const { range } = useTimeRange(USUAL)
  const customer = useCustomer()
  const queries = useQueries({
    queries: scopes.map((scope) =>
      createEndpointQuery('changes', {
        scope,
        customer: scope === null ? customer : null,
        from: range.from,
        to: range.to,
        ...(most !== undefined && { limit: most }),
      }),
    ),
  })
  const zone = useZone()
  const now = useRealNow(60_000)
  const error = queries.find((query) => query.error)?.error
  const pending = queries.some((query) => query.isPending && !query.error)
  const changes = mergeConfigurationChanges(queries.flatMap(({ data }) => (data ? [data.data] : []))).slice(0, most)
  // Only the first response is needed for the gaps. All responses have the same gaps, because the configuration of a
  // whole subscription is polled together.
  const { uncovered, uncoveredOmitted } = queries[0]?.data ?? {}
  return (
    <Panel
      title="Configuration changes"
      note={
        <span suppressHydrationWarning>
          {formatRangeText(range, zone, now)}
          {changes.length === most && `, the newest ${most}`}
        </span>
      }
      flush
    >
      {error && (
        <ProblemNotice
          error={error}
          busy={queries.some(({ isFetching }) => isFetching)}
          onRetry={() => {
            for (const query of queries) if (query.error) void query.refetch()
          }}
        />
      )}
      {pending ? (
        <div aria-busy="true">
          <span className="sr-only">Loading</span>
          <SkeletonRows rows={3} height="3.5rem" />
        </div>
      ) : (
        <Changes changes={changes} range={range} complete={!error} />
      )}
      {uncovered && uncovered.length > 0 && (
        <details className="border-t px-3.5 py-2 text-xs text-ink-2">
          <summary className="w-fit rounded-xs">Gaps in configuration polling</summary>
          <DataGaps intervals={uncovered} omitted={uncoveredOmitted} most={6} />
        </details>
      )}
    </Panel>
  )
}

function Changes({
  changes,
  range,
  complete,
}: {
  changes: ConfigurationChange[]
  range: TimeRange
  complete: boolean
}) {
  if (changes.length === 0) {
    return complete ? (
      <EmptyNote title="No configuration changes">
        {range.relative === '30d' ? 'None in the last 30 days.' : 'None in this time range. Choose a longer one above.'}
      </EmptyNote>
    ) : null
  }
  return (
    <ol>
      {changes.map((change) => (
        <ChangeItem key={`${change.resourceId}/${change.between[1]}/${change.op}`} change={change} />
      ))}
    </ol>
  )
}

/** Maximum number of changed fields that are shown for a change. */
const MAX_FIELDS = 6

function ChangeItem({ change }: { change: ConfigurationChange }) {
  const { scopeName, fields, between, explainedBy, op, azCommand } = change
  const shown = op === 'changed' ? fields.slice(0, MAX_FIELDS) : []
  const rest = fields.length - shown.length
  return (
    <li className="border-b px-3.5 py-2.5 last:border-b-0">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <StateLabel {...getChangeStatus(change)} className="text-xs" />
        <span className="min-w-0 font-medium break-words">{scopeName}</span>
        <span className="ml-auto flex items-center gap-2 text-xs text-ink-3">
          <TimeBoundsText bounds={between} />
          <CopyAzCommand command={azCommand} what={scopeName} />
        </span>
      </div>
      <ul className="mt-1 grid gap-1 text-xs">
        {shown.map(({ path, before, after }) => (
          <li key={path} className="flex min-w-0 flex-wrap items-baseline gap-x-2">
            <span className="text-ink-2">{formatChangedField(path)}</span>
            <code className="font-mono break-all text-ink-3 line-through decoration-line-strong">
              {formatChangedValue(before)}
            </code>
            <span aria-hidden>→</span>
            <span className="sr-only">changed to</span>
            <code className="font-mono break-all">{formatChangedValue(after)}</code>
          </li>
        ))}
        {rest > 0 && (
          <li className="text-ink-3">
            {op === 'changed'
              ? `and ${formatCountWithPlural(rest, 'more field')}`
              : formatCountWithPlural(rest, 'field')}
          </li>
        )}
      </ul>
      <p className="mt-1 text-xs text-ink-2">
        {explainedBy ? (
          <>
            {formatChangeOperation(explainedBy.operation)} by{' '}
            <span className="font-medium break-all">{explainedBy.caller ?? 'a caller that Azure does not name'}</span>{' '}
            at <MomentText at={explainedBy.at} />, {explainedBy.status.toLowerCase()}
            {explainedBy.correlationId && (
              <span className="block font-mono text-xs break-all text-ink-3">
                correlation {explainedBy.correlationId}
              </span>
            )}
          </>
        ) : (
          <span className="inline-flex items-center gap-1.5">
            <StateSymbol tone="unknown" /> No entry of the Activity log explains it
          </span>
        )}
      </p>
    </li>
  )
}
