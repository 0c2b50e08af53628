import { parseAsString, useQueryStates } from 'nuqs'
import { canonicalizeAddress, canonicalizePrefix, parsePrefix } from '#lib/bgp/index.ts'
import { formatNoKnownChange, formatNoKnownRoute, pickDrawnLookup } from '#lib/routes/words/lookup-text.ts'
import type { RouteInterval } from '#lib/routes/api/index.ts'
import type { UnpolledInterval } from '#lib/contract/index.ts'
import { getSeriesColorClass, getSeriesColorName } from '../charts/series-colors.ts'
import { StateTimeline } from '../charts/state-timeline/state-timeline.tsx'
import { TimelineTrackLegend } from '../charts/state-timeline/track-legend.tsx'
import { useRouteHistory, useRouteLookup } from '../data/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { OmittedGapsNote } from '../time/gaps-omitted.tsx'
import { type TimeRangeWindowState, useRangeWindow } from '../time/use-range-window.ts'
import { QueryStateView, EmptyNote, SkeletonRows } from '../ui/answer-view.tsx'
import { CommittedTextField } from '../ui/draft-field.tsx'
import { SelectField } from '../ui/field.tsx'
import { AsPathText } from '../ui/facts/as-path.tsx'
import { AzCommands } from '../ui/facts/az-command.tsx'
import { Panel } from '../ui/panel.tsx'
import {
  listDistinctPaths,
  listPrefixChanges,
  type PrefixTimelineTrack,
  buildPrefixTimelineTracks,
  formatPrefixTrackTitle,
  formatPrefixTrackNames,
  getAsPathKey,
  formatPrefixTrackPath,
  listPrefixTrackGaps,
} from './prefix-tracks.ts'
import { RouteGroupTable } from './route-group-table.tsx'
import { createSingleRouteGroup, groupRouteChanges } from './route-groups.ts'
import { ResourceFilter } from './scope-filter.tsx'
import { formatPollOutcome } from '#lib/contract/words/index.ts'
import {
  placeMarksInOneRow,
  type TimelineMark,
  parseIsoTimeBounds,
  limitMarksToPolledTime,
  type TimelineTrack,
} from '../charts/state-timeline/timeline-tracks.ts'
import { buildRouteTableHref } from './table-href.ts'

const tables = [
  { value: '', label: 'Learned and path tables' },
  { value: 'learned', label: 'Learned' },
  { value: 'advertised', label: 'Advertised' },
  { value: 'effective', label: 'Effective' },
  { value: 'tables', label: 'Path tables' },
]

const newestFirst = { id: 'when', desc: true }

const longestFirst = (a: string, b: string) => (parsePrefix(b)?.length ?? 0) - (parsePrefix(a)?.length ?? 0)

/**
 * Shows the history of a prefix: a timeline with a track (row) for each table, instance and peer, and below it every
 * change with the routes before and after. If the user entered an address, the history of the most specific prefix that
 * contains the address is shown.
 */
export function PrefixHistoryPanel() {
  const [{ prefix, scope, table }, setAddress] = useQueryStates(
    { prefix: parseAsString, scope: parseAsString, table: parseAsString, cursor: parseAsString },
    { history: 'push' },
  )
  const time = useRangeWindow()
  const { range } = time
  const address = canonicalizeAddress(prefix ?? '')
  const lookup = useRouteLookup({ ip: address ?? '', scope }, address !== null)
  const found = lookup.data && pickDrawnLookup(lookup.data.data)
  const covering = found?.candidates.map((route) => route.prefix).toSorted(longestFirst)
  const canonical = address === null ? canonicalizePrefix(prefix ?? '') : (covering?.[0] ?? null)
  const history = useRouteHistory(
    { prefix: canonical ?? '', scope, table, from: range.from, to: range.to },
    canonical !== null,
  )
  return (
    <Panel title="Prefix history" flush answer={history.data}>
      <div className="flex flex-wrap items-end gap-3 border-b px-3.5 py-2.5">
        <CommittedTextField
          label="Prefix or address"
          value={prefix}
          placeholder="10.10.0.0/16"
          read={(text) => canonicalizeAddress(text) ?? canonicalizePrefix(text)}
          complaint="Enter an IP prefix such as 10.10.0.0/16, or an address"
          onChange={(value) => void setAddress({ prefix: value, cursor: null })}
          search
        />
        <SelectField
          label="Table"
          className="w-44"
          value={table ?? ''}
          onChange={(event) => void setAddress({ table: event.target.value || null, cursor: null })}
          options={tables}
        />
        <ResourceFilter />
      </div>
      {canonical === null ? (
        address !== null && !lookup.data ? (
          <QueryStateView query={lookup} skeleton={<SkeletonRows rows={8} height="1.75rem" />}>
            {() => null}
          </QueryStateView>
        ) : (
          <EmptyNote
            title={found ? formatNoKnownRoute(found) : prefix ? `${prefix} is not an IP prefix` : 'Enter a prefix'}
          >
            A prefix such as 10.10.0.0/16, or an address: then its most specific prefix is shown.
          </EmptyNote>
        )
      ) : (
        <QueryStateView query={history} skeleton={<SkeletonRows rows={8} height="1.75rem" />}>
          {({ data, asOf, uncovered, uncoveredOmitted, nextCursor }) => (
            <History
              prefix={canonical}
              address={address}
              intervals={data}
              time={time}
              asOf={asOf}
              uncovered={uncovered ?? []}
              omitted={uncoveredOmitted ?? 0}
              more={nextCursor !== null}
            />
          )}
        </QueryStateView>
      )}
    </Panel>
  )
}

function History({
  prefix,
  address,
  intervals,
  time,
  asOf,
  uncovered,
  omitted,
  more,
}: {
  prefix: string
  /** address that the user entered; null = the user entered a prefix */
  address: string | null
  intervals: RouteInterval[]
  time: TimeRangeWindowState
  /** time of the response, ISO 8601 */
  asOf: string
  uncovered: UnpolledInterval[]
  /** number of times without data that are missing in `uncovered`, because there are too many */
  omitted: number
  more: boolean
}) {
  if (intervals.length === 0) {
    return (
      <EmptyNote title={`No route to ${prefix} ${uncovered.length > 0 ? 'is known ' : ''}in this time range`}>
        {uncovered.length > 0
          ? 'There are gaps in the data, so there may have been one. Choose a longer time range or another scope.'
          : 'Choose a longer time range or another scope. The prefix must match exactly.'}
      </EmptyNote>
    )
  }
  const tracks = buildPrefixTimelineTracks(intervals)
  const changes = listPrefixChanges(intervals, time.whole.from, time.whole.to)
  return (
    <>
      <div className="p-3.5">
        <p role="status" className="mb-3 text-base">
          <span className="font-mono">{prefix}</span>
          {address && `, the most specific prefix of ${address}`}: {formatCountWithPlural(changes.length, 'change')} in{' '}
          {formatCountWithPlural(tracks.length, 'track')} of{' '}
          {formatCountWithPlural(
            new Set(tracks.map(({ scope }) => scope)).size,
            'gateway or circuit',
            'gateways and circuits',
          )}
          {more && '; only the newest part is shown, choose a shorter time range'}.
        </p>
        <PrefixStrips tracks={tracks} intervals={intervals} asOf={asOf} uncovered={uncovered} time={time} />
        <OmittedGapsNote count={omitted} />
      </div>
      <div className="border-t">
        <RouteGroupTable
          range={time.range}
          name="changes"
          caption="Changes of this prefix"
          rows={groupRouteChanges(changes)}
          exportRows={async () => changes.map(createSingleRouteGroup)}
          exportTitle={`changes of ${prefix}`}
          time={{ from: new Date(time.whole.from).toISOString(), to: new Date(time.whole.to).toISOString() }}
          defaultSort={newestFirst}
          empty={
            <EmptyNote title={formatNoKnownChange('in this time range', uncovered.length > 0)}>
              The tracks above show its state.
            </EmptyNote>
          }
        />
      </div>
      <AzCommands
        commands={tracks.map((track) => ({
          command: track.intervals[0]?.azCommand ?? null,
          what: formatPrefixTrackTitle(track),
        }))}
      />
    </>
  )
}

/**
 * Timeline of a prefix with one track (row) for each table, instance and peer. Each distinct AS path has its own color
 * and letter.
 */
function PrefixStrips({
  tracks,
  intervals,
  asOf,
  uncovered,
  time: { range: _range, setRange: _setRange, ...time },
}: {
  tracks: PrefixTimelineTrack[]
  intervals: RouteInterval[]
  asOf: string
  uncovered: UnpolledInterval[]
  time: TimeRangeWindowState
}) {
  const paths = listDistinctPaths(intervals, time.whole.from, time.whole.to)
  const drawn = prefixTimeline(tracks, paths, { uncovered, asOf })
  return (
    <>
      <StateTimeline tracks={drawn} {...time} />
      <ul aria-label="AS paths" className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-xs">
        {[...paths].map(([key, { letter, index, path }]) => (
          <li key={key} className="inline-flex items-center gap-1.5">
            <span className={getSeriesColorClass(index)}>
              <span className="inline-flex size-4 items-center justify-center rounded-xs bg-current">
                <span className="font-mono text-xs text-surface">{letter}</span>
              </span>
            </span>
            <AsPathText path={path} />
          </li>
        ))}
      </ul>
      <TimelineTrackLegend tracks={drawn} />
    </>
  )
}

/**
 * Returns the rows of a prefix's timeline. Each distinct set of AS paths has its own letter and a color; colors repeat
 * after six. Each withdrawal has a mark.
 */
function prefixTimeline(
  tracks: readonly PrefixTimelineTrack[],
  paths: ReturnType<typeof listDistinctPaths>,
  { uncovered, asOf }: { uncovered: readonly UnpolledInterval[]; asOf: string },
): TimelineTrack[] {
  return tracks.map((track) => {
    const marks = placeMarksInOneRow([
      ...track.intervals.map((interval) => intervalMark(interval, paths)),
      ...track.intervals.flatMap(withdrawal),
    ])
    const unseen = listPrefixTrackGaps(track, uncovered, asOf).map(({ outcome, ...gap }) => ({
      ...gap,
      why: formatPollOutcome(outcome),
    }))
    return {
      key: track.key,
      ...formatPrefixTrackNames(track),
      href: buildRouteTableHref(track),
      description:
        track.intervals.length === 1 ? 'one path' : formatCountWithPlural(track.intervals.length, 'interval'),
      marks: limitMarksToPolledTime(marks, unseen),
      rows: 1,
      unseen,
    }
  })
}

function intervalMark(
  { attributes, firstPresent, from, to }: RouteInterval,
  paths: ReturnType<typeof listDistinctPaths>,
): Omit<TimelineMark, 'row'> {
  const key = getAsPathKey(attributes)
  const known = paths.get(key)
  const words = formatPrefixTrackPath(known?.path ?? { asPath: [] })
  return {
    key: `${firstPresent}/${key}`,
    ink: getSeriesColorName(known?.index ?? 0),
    word: `${known?.letter ?? ''} ${words}`,
    from: parseIsoTimeBounds(from),
    to: to && parseIsoTimeBounds(to),
    isPoint: false,
    title: `${words} via ${attributes.map(({ nextHop }) => nextHop ?? 'itself').join(', ')}`,
  }
}

function withdrawal({ ended }: RouteInterval): Omit<TimelineMark, 'row'>[] {
  if (ended?.op !== 'withdraw') return []
  const from = parseIsoTimeBounds(ended.between)
  return [
    { key: `withdrawn ${from[1]}`, ink: 'down', word: 'WITHDRAWN', from, to: null, isPoint: true, title: 'withdrawn' },
  ]
}
