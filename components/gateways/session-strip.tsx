'use client'

import type { Gateway, Session, SessionStretch, UncoveredStretch } from '#lib/contract/index.ts'
import { type Lane, Lanes } from '../charts/lanes.tsx'
import { useSessionHistory } from '../data/index.ts'
import { formatInstant } from '../format/instant.ts'
import { edgesOf } from '../time/range.ts'
import { TimeRangePicker } from '../time/time-range-picker.tsx'
import { useTimeRange } from '../time/use-time-range.ts'
import { AnswerView, Empty } from '../ui/answer-view.tsx'
import { useNowInSteps } from '../ui/clock.tsx'
import { Glyph } from '../ui/glyph.tsx'
import { Panel } from '../ui/panel.tsx'
import { useZone } from '../ui/preferences.tsx'
import { AsOf } from '../ui/time.tsx'
import { sessionLanes } from './session-lanes.ts'

/** How a gateway's sessions stood over the page's time: one line a session, hatched where nobody saw it. */
export function SessionStrip({ gateway, siblings }: { gateway: Pick<Gateway, 'id'>; siblings: readonly Session[] }) {
  const { range, setRange } = useTimeRange('24h')
  const history = useSessionHistory({ scope: gateway.id, from: range.from, to: range.to })
  const now = useNowInSteps(10_000)
  const [from, to] = edgesOf(range, now)
  return (
    <Panel
      title="Sessions over time"
      aside={
        history.data && <AsOf asOf={history.data.asOf} freshness={history.data.freshness} pinned={range.to !== null} />
      }
    >
      <div className="mb-3 flex justify-end">
        <TimeRangePicker range={range} onChange={setRange} />
      </div>
      <AnswerView query={history} skeleton={<div className="skeleton h-40" />}>
        {({ data, nextCursor, uncovered }) =>
          data.length === 0 ? (
            <Empty title="No session was seen in this time">Choose another time.</Empty>
          ) : (
            <>
              {nextCursor !== null && (
                <p className="mb-2 text-xs text-ink-2">
                  This is the newest part; choose a shorter time to see all of it.
                </p>
              )}
              <Strips stretches={data} uncovered={uncovered ?? []} siblings={siblings} from={from} to={to} />
            </>
          )
        }
      </AnswerView>
    </Panel>
  )
}

function Strips({
  stretches,
  uncovered,
  siblings,
  from,
  to,
}: {
  stretches: SessionStretch[]
  uncovered: UncoveredStretch[]
  siblings: readonly Session[]
  from: number
  to: number
}) {
  const zone = useZone()
  const among = new Set(
    siblings.flatMap(({ role, localAddress, neighbor }) =>
      role === 'gateway-peer' ? `${localAddress}~${neighbor}` : [],
    ),
  )
  const lanes: Lane[] = sessionLanes(
    stretches.filter(({ localAddress, neighbor }) => !among.has(`${localAddress}~${neighbor}`)),
    uncovered,
    (at) => formatInstant(at, zone),
  ).map(({ label, ...lane }) => ({ ...lane, label: <span className="truncate font-mono">{label}</span> }))
  return (
    <>
      <Lanes lanes={lanes} from={from} to={to} />
      <ul aria-label="Colours" className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-2">
        <li className="inline-flex items-center gap-1.5">
          <Glyph tone="up" /> established: the narrow line
        </li>
        <li className="inline-flex items-center gap-1.5">
          <Glyph tone="down" /> not established: the full height
        </li>
        <li className="inline-flex items-center gap-1.5">
          <span aria-hidden className="border-x-[0.3rem] border-t-[0.45rem] border-x-transparent border-t-down-mark" />{' '}
          restarted between two polls
        </li>
        <li className="inline-flex items-center gap-1.5">
          <span aria-hidden className="hatch-bar h-4 w-5 rounded-xs text-ink-3" /> may have begun or ended here
        </li>
        <li className="inline-flex items-center gap-1.5">
          <span aria-hidden className="hatch h-4 w-5 rounded-xs border" /> not seen
        </li>
      </ul>
    </>
  )
}
