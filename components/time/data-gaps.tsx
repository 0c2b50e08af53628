import type { UnpolledInterval } from '#lib/contract/index.ts'
import { formatPollKind, formatPollOutcome } from '#lib/contract/words/index.ts'
import { useContext } from 'react'
import { useEndpointQuery } from '../data/index.ts'
import { formatCountWithSeparators, formatCountWithPlural } from '../format/quantity.ts'
import { SnapshotNamesContext } from '../links/page-selection-provider.tsx'
import { MomentText } from '../ui/times/time.tsx'

/** Returns a function that converts the id of a circuit or gateway to its name. It returns any other id unchanged. */
export function useResourceNameLookup(): (id: string) => string {
  const circuits = useEndpointQuery('circuits').data?.data ?? []
  const gateways = useEndpointQuery('gateways').data?.data ?? []
  const kept = useContext(SnapshotNamesContext)
  const names = new Map([...circuits, ...gateways].map(({ id, name }) => [id, name]))
  return (id) => names.get(id) ?? kept?.[id] ?? id
}

/**
 * Notice above a table about the past, with the times without polled data that affect the table; renders nothing if
 * there are none.
 */
export function PastDataGaps({ answer }: { answer: { uncovered?: UnpolledInterval[]; uncoveredOmitted?: number } }) {
  if (!answer.uncovered?.length) return null
  return (
    <div className="border-t bg-sunken px-3.5 py-2">
      <DataGaps intervals={answer.uncovered} omitted={answer.uncoveredOmitted} most={5} />
    </div>
  )
}

/**
 * Line below a list about the times without polled data that affect the list. The user can expand the line to see them.
 * Renders nothing if there are none.
 */
export function FoldedDataGaps({
  intervals = [],
  omitted = 0,
}: {
  intervals: UnpolledInterval[] | undefined
  omitted: number | undefined
}) {
  if (intervals.length === 0) return null
  return (
    <details className="border-t px-3.5 py-2 text-xs text-ink-2">
      <summary className="w-fit rounded-xs">{formatCountWithPlural(intervals.length + omitted, 'gap')} in data</summary>
      <DataGaps intervals={intervals} omitted={omitted} most={12} />
    </details>
  )
}

interface DataGapProps {
  intervals: readonly UnpolledInterval[]
  /** number of further gaps that the response does not contain */
  omitted?: number | undefined
  most?: number
}

/** List of times without polled data with their reasons, the longest first; renders nothing if there are none. */
export function DataGaps({
  intervals,
  ...more
}: Omit<DataGapProps, 'intervals'> & { intervals: readonly UnpolledInterval[] | undefined }) {
  return intervals && intervals.length > 0 ? <GapList intervals={intervals} {...more} /> : null
}

function GapList({ intervals, omitted = 0, most = 4 }: DataGapProps) {
  const nameOf = useResourceNameLookup()
  const length = ({ from, to }: UnpolledInterval) => Date.parse(to) - Date.parse(from)
  // several tables of a resource can have the same gap, which is listed once
  const distinct = [...new Map(intervals.map((interval) => [JSON.stringify(interval), interval])).values()]
  const ordered = distinct.sort((a, b) => length(b) - length(a))
  const further = Math.max(0, ordered.length - most) + omitted
  return (
    <div className="text-xs text-ink-2">
      <ul className="mt-1 grid gap-1">
        {ordered.slice(0, most).map((interval) => (
          <li key={JSON.stringify(interval)}>
            <span className="hatch rounded-xs px-0.5 font-semibold text-ink">
              <span className="bg-surface/80 px-0.5">NO DATA</span>
            </span>{' '}
            {formatPollKind(interval.kind)} of {interval.scopeName ?? nameOf(interval.scope)},{' '}
            {Date.parse(interval.from) === 0 ? (
              'never read'
            ) : (
              <>
                <MomentText at={interval.from} zoned={false} /> – <MomentText at={interval.to} />
              </>
            )}
            : {formatPollOutcome(interval.outcome)}
          </li>
        ))}
        {further > 0 && <li className="text-ink-3">and {formatCountWithSeparators(further)} more</li>}
      </ul>
    </div>
  )
}
