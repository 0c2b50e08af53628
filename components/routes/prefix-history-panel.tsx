'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { canonicalPrefix } from '#lib/bgp/index.ts'
import type { RouteInterval } from '#lib/routes/api/index.ts'
import type { UncoveredInterval } from '#lib/contract/index.ts'
import { useRouteHistory } from '../data/index.ts'
import { plural } from '../format/quantity.ts'
import { GapsOmitted } from '../time/gaps-omitted.tsx'
import { type RangeWindow, useRangeWindow } from '../time/use-range-window.ts'
import { AnswerView, Empty, SkeletonRows } from '../ui/answer-view.tsx'
import { DraftField } from '../ui/draft-field.tsx'
import { SelectField } from '../ui/field.tsx'
import { Panel } from '../ui/panel.tsx'
import { PrefixChanges } from './prefix-changes.tsx'
import { prefixChanges, prefixTracks } from './prefix-tracks.ts'
import { PrefixStrips } from './prefix-strips.tsx'
import { ScopeFilter } from './scope-filter.tsx'

const tables = [
  { value: '', label: 'Learned and path tables' },
  { value: 'learned', label: 'Learned' },
  { value: 'advertised', label: 'Advertised' },
  { value: 'effective', label: 'Effective' },
  { value: 'tables', label: 'Path tables' },
]

/** One prefix over time: a track for each table, instance and peer, and every change with the rows before and after. */
export function PrefixHistoryPanel() {
  const [{ prefix, scope, table }, setAddress] = useQueryStates(
    { prefix: parseAsString, scope: parseAsString, table: parseAsString, cursor: parseAsString },
    { history: 'push' },
  )
  const time = useRangeWindow()
  const { range } = time
  const canonical = canonicalPrefix(prefix ?? '')
  const history = useRouteHistory(
    { prefix: canonical ?? '', scope, table, from: range.from, to: range.to },
    canonical !== null,
  )
  return (
    <Panel title="Prefix history" flush answer={history.data}>
      <div className="flex flex-wrap items-end gap-3 border-b px-3.5 py-2.5">
        <DraftField
          label="Prefix (exact)"
          value={prefix}
          placeholder="10.10.0.0/16"
          read={(text) => canonicalPrefix(text)}
          complaint="Enter an IP prefix such as 10.10.0.0/16"
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
        <ScopeFilter />
      </div>
      {canonical === null ? (
        <Empty title={prefix ? `${prefix} is not an IP prefix` : 'Enter a prefix'}>
          Type one, such as 10.10.0.0/16, and press Enter. It is compared exactly; to find the prefix of an address, use
          the look-up.
        </Empty>
      ) : (
        <AnswerView query={history} skeleton={<SkeletonRows rows={8} height="1.75rem" />}>
          {({ data, uncovered, uncoveredOmitted, nextCursor }) => (
            <History
              prefix={canonical}
              intervals={data}
              time={time}
              uncovered={uncovered ?? []}
              omitted={uncoveredOmitted ?? 0}
              more={nextCursor !== null}
            />
          )}
        </AnswerView>
      )}
    </Panel>
  )
}

function History({
  prefix,
  intervals,
  time,
  uncovered,
  omitted,
  more,
}: {
  prefix: string
  intervals: RouteInterval[]
  time: RangeWindow
  uncovered: UncoveredInterval[]
  /** gaps that are not in that list */
  omitted: number
  more: boolean
}) {
  if (intervals.length === 0) {
    return (
      <Empty title={`No route to ${prefix} in this time range`}>
        {uncovered.length > 0
          ? 'There are gaps in the data, so there may have been one. Choose a longer time range or another scope.'
          : 'Choose a longer time range or another scope. The prefix must match exactly.'}
      </Empty>
    )
  }
  const tracks = prefixTracks(intervals)
  const changes = prefixChanges(tracks, time.whole.from, time.whole.to)
  return (
    <>
      <div className="p-3.5">
        <p role="status" className="mb-3 text-base">
          <span className="font-mono">{prefix}</span>: {plural(changes.length, 'change')} in{' '}
          {plural(tracks.length, 'track')} of{' '}
          {plural(new Set(tracks.map(({ scope }) => scope)).size, 'gateway or circuit', 'gateways and circuits')}
          {more && '; only the newest part is shown, choose a shorter time range'}.
        </p>
        <PrefixStrips tracks={tracks} intervals={intervals} uncovered={uncovered} time={time} />
        <GapsOmitted count={omitted} />
      </div>
      <div className="border-t">
        <PrefixChanges changes={changes} prefix={prefix} whole={time.whole} />
      </div>
    </>
  )
}
