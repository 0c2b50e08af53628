'use client'

import type { SessionAvailability } from '#lib/sessions/api/index.ts'
import { sessionSubject } from '#lib/contract/vocabulary.ts'
import { useEndpoint } from '../data/index.ts'
import { plural } from '../format/quantity.ts'
import { useTimeRange } from '../time/use-time-range.ts'
import { AnswerView, Empty, SkeletonRows } from '../ui/answer-view.tsx'
import { Panel } from '../ui/panel.tsx'
import { Moment } from '../ui/times/time.tsx'
import { isUpThroughout, restWords, upWords } from './session-availability-words.ts'

/** Availability of a circuit's or gateway's sessions in the time range. @param ends of one session; default all */
export function AvailabilityPanel({ scope, ends }: { scope: string; ends?: string }) {
  const { range } = useTimeRange()
  const query = useEndpoint('sessions/availability', { scope, from: range.from, to: range.to })
  return (
    <Panel
      title="Availability"
      flush
      note="of the time observed in the range above; gaps excluded"
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
