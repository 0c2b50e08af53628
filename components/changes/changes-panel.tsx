'use client'

import { useQueries } from '@tanstack/react-query'
import type { ConfigurationChange } from '#lib/contract/index.ts'
import { changesQuery } from '../data/index.ts'
import { plural } from '../format/quantity.ts'
import { CopyAzCommand } from '../routes/az-command.tsx'
import { DataGaps } from '../time/data-gaps.tsx'
import { rangeWords, type TimeRange } from '../time/range.ts'
import { useTimeRange } from '../time/use-time-range.ts'
import { Empty, ProblemNotice, SkeletonRows } from '../ui/answer-view.tsx'
import { useNowInSteps } from '../ui/clock.tsx'
import { Glyph } from '../ui/glyph.tsx'
import { Panel } from '../ui/panel.tsx'
import { useZone } from '../ui/preferences.tsx'
import { Status } from '../ui/status.tsx'
import { Between, Moment } from '../ui/time.tsx'
import { changeStatus, fieldWords, mergeChanges, operationWords, valueWords } from './change-words.ts'

/** Changes are rare: unless somebody chose a time, a month of them is shown. */
const USUAL = '30d'

/** What was configured otherwise, of a thing and of what connects it: before and after, and who did it. */
export function ChangesPanel({ scopes }: { scopes: readonly string[] }) {
  const { range } = useTimeRange(USUAL)
  const asked = useQueries({
    queries: scopes.map((scope) => changesQuery({ scope, from: range.from, to: range.to })),
  })
  const zone = useZone()
  const now = useNowInSteps(60_000)
  const error = asked.find((query) => query.error)?.error
  const pending = asked.some((query) => query.isPending && !query.error)
  const changes = mergeChanges(asked.flatMap(({ data }) => (data ? [data.data] : [])))
  // configuration is read by the subscription's list, so each answer tells of the same gaps
  const uncovered = asked[0]?.data?.uncovered
  return (
    <Panel
      title="Configuration changes"
      note={<span suppressHydrationWarning>{rangeWords(range, zone, now)}</span>}
      flush
    >
      {error && (
        <ProblemNotice
          error={error}
          busy={asked.some(({ isFetching }) => isFetching)}
          onRetry={() => {
            for (const query of asked) if (query.error) void query.refetch()
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
          <summary className="w-fit rounded-xs">Configuration was not read all the time</summary>
          <DataGaps intervals={uncovered} most={6} />
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
      <Empty title="Nothing was configured otherwise">
        {range.relative === '30d' ? 'Not in the last 30 days.' : 'Not in this time; choose a longer one above.'}
      </Empty>
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

/** Fields shown at once; a thing that appeared has dozens. */
const MOST_FIELDS = 6

function ChangeItem({ change }: { change: ConfigurationChange }) {
  const { scopeName, fields, between, explainedBy, op, azCommand } = change
  const shown = op === 'changed' ? fields.slice(0, MOST_FIELDS) : []
  const rest = fields.length - shown.length
  return (
    <li className="border-b px-3.5 py-2.5 last:border-b-0">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <Status {...changeStatus(change)} className="text-xs" />
        <span className="min-w-0 font-medium break-words">{scopeName}</span>
        <span className="ml-auto flex items-center gap-2 text-xs text-ink-3">
          <Between bounds={between} />
          <CopyAzCommand command={azCommand} what={scopeName} />
        </span>
      </div>
      <ul className="mt-1 grid gap-1 text-xs">
        {shown.map(({ path, before, after }) => (
          <li key={path} className="flex min-w-0 flex-wrap items-baseline gap-x-2">
            <span className="text-ink-2">{fieldWords(path)}</span>
            <code className="font-mono break-all text-ink-3 line-through decoration-line-strong">
              {valueWords(before)}
            </code>
            <span aria-hidden>→</span>
            <span className="sr-only">became</span>
            <code className="font-mono break-all">{valueWords(after)}</code>
          </li>
        ))}
        {rest > 0 && (
          <li className="text-ink-3">
            {op === 'changed' ? `and ${plural(rest, 'more field')}` : plural(rest, 'field')}
          </li>
        )}
      </ul>
      <p className="mt-1 text-xs text-ink-2">
        {explainedBy ? (
          <>
            {operationWords(explainedBy.operation)} by{' '}
            <span className="font-medium break-all">{explainedBy.caller ?? 'somebody whom Azure does not name'}</span>{' '}
            at <Moment at={explainedBy.at} />, {explainedBy.status.toLowerCase()}
            {explainedBy.correlationId && (
              <span className="block font-mono text-2xs break-all text-ink-3">
                correlation {explainedBy.correlationId}
              </span>
            )}
          </>
        ) : (
          <span className="inline-flex items-center gap-1.5">
            <Glyph tone="unknown" /> No entry of the Activity log explains it
          </span>
        )}
      </p>
    </li>
  )
}
