'use client'

import type { SessionAvailability } from '#lib/contract/index.ts'
import { sessionSubject } from '#lib/contract/vocabulary.ts'
import { formatDuration, formatDurationBounds } from '#lib/contract/words/index.ts'
import { useEndpoint } from '../data/index.ts'
import { formatShareBounds, plural } from '../format/quantity.ts'
import { useTimeRange } from '../time/use-time-range.ts'
import { AnswerView, Empty, SkeletonRows } from '../ui/answer-view.tsx'
import { Panel } from '../ui/panel.tsx'
import { Moment } from '../ui/time.tsx'

/** Availability of a circuit's or gateway's sessions in the time range. @param ends of one session; default all */
export function AvailabilityPanel({ scope, ends }: { scope: string; ends?: string }) {
  const { range } = useTimeRange()
  const query = useEndpoint('sessions/availability', { scope, from: range.from, to: range.to })
  return (
    <Panel
      title="Availability"
      flush
      note="in the time range above; gaps excluded"
      aside={<CoveredTime all={query.data?.data ?? []} />}
    >
      <AnswerView query={query} skeleton={<SkeletonRows rows={2} />}>
        {({ data }) =>
          ends === undefined ? (
            <Counted all={data} scope={scope} />
          ) : (
            <Rows all={data.filter((one) => sessionSubject(one) === ends)} />
          )
        }
      </AnswerView>
    </Panel>
  )
}

/** The covered time, up to the last good poll. */
function CoveredTime({ all: [one] }: { all: readonly SessionAvailability[] }) {
  return (
    one && (
      <p className="text-xs text-ink-3">
        <Moment at={one.from} /> to <Moment at={one.to} />
      </p>
    )
  )
}

/** Without the sessions between a gateway's own instances: they carry no traffic, and some never connect. */
function Counted({ all, scope }: { all: readonly SessionAvailability[]; scope: string }) {
  const sessions = useEndpoint('sessions', { scope }).data?.data ?? []
  const siblings = new Set(sessions.filter(({ role }) => role === 'gateway-peer').map(sessionSubject))
  const counted = all.filter((one) => !siblings.has(sessionSubject(one)))
  return (
    <>
      <Rows all={counted} />
      {counted.length < all.length && (
        <p className="border-t px-3.5 py-2 text-xs text-ink-3">
          Not counted: {plural(all.length - counted.length, 'session')} between the gateway’s own instances.
        </p>
      )}
    </>
  )
}

/** From this many on, sessions that were up all the time are one line. */
const FOLDED_FROM = 3

function Rows({ all }: { all: readonly SessionAvailability[] }) {
  if (all.length === 0) return <Empty title="No sessions in this time range">Choose another time range.</Empty>
  const whole = all.filter(isUpThroughout)
  if (whole.length < FOLDED_FROM) return <Sessions all={all} />
  const others = all.filter((one) => !isUpThroughout(one))
  return (
    <>
      {others.length > 0 && <Sessions all={others} />}
      <details className={others.length > 0 ? 'border-t' : undefined}>
        <summary className="cursor-pointer px-3.5 py-2 hover:bg-hover">
          {others.length === 0 ? `All ${whole.length} sessions` : `${whole.length} further sessions`}:{' '}
          <span className="font-semibold">100 % up</span>
        </summary>
        <Sessions all={whole} />
      </details>
    </>
  )
}

const isUpThroughout = (one: SessionAvailability) =>
  lengthOf(one) > 0 && one.down.atMostSeconds + one.notListedSeconds + one.unknownSeconds === 0

function Sessions({ all }: { all: readonly SessionAvailability[] }) {
  return (
    <ul className="entries">
      {all.map((one) => (
        <li key={`${one.path ?? ''} ${sessionSubject(one)}`} className="px-3.5 py-2">
          <p className="flex flex-wrap items-baseline gap-x-3">
            <span className="min-w-0 font-mono break-words">{sessionSubject(one).replace('~', ' ↔ ')}</span>
            {one.path && <span className="text-xs text-ink-3">{one.path}</span>}
            <span className="ml-auto font-semibold tabular-nums">{upWords(one)}</span>
          </p>
          <p className="text-ink-2">{restWords(one)}</p>
        </li>
      ))}
    </ul>
  )
}

const lengthOf = ({ from, to }: SessionAvailability) => (Date.parse(to) - Date.parse(from)) / 1_000

function upWords(one: SessionAvailability): string {
  const length = lengthOf(one)
  if (length <= 0 || one.unknownSeconds >= length) return 'unknown'
  if (one.up.atMostSeconds === 0) return 'never up'
  return `${formatShareBounds(one.up.atLeastSeconds / length, one.up.atMostSeconds / length)} up`
}

/** The rest of the time by state. */
function restWords({ up, down, notListedSeconds, unknownSeconds }: SessionAvailability): string {
  if (up.atMostSeconds + notListedSeconds + unknownSeconds === 0) return 'down all the time'
  const parts = [
    down.atMostSeconds > 0
      ? `down ${formatDurationBounds(down.atLeastSeconds * 1_000, down.atMostSeconds * 1_000)}`
      : 'never down',
    ...(notListedSeconds > 0 ? [`not listed ${formatDuration(notListedSeconds * 1_000, 'round')}`] : []),
    ...(unknownSeconds > 0 ? [`unknown ${formatDuration(unknownSeconds * 1_000, 'round')}`] : []),
  ]
  return parts.join(', ')
}
