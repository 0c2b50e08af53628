'use client'

import { clsx } from 'clsx'
import { type ResponseAge, formatPanelAge } from './age-text.ts'
import { useIsPast, useNow, useNowInSteps } from './page-clock.tsx'
import { MomentText } from './time.tsx'

const dotBefore =
  '[&>*]:before:absolute [&>*]:before:-left-2.5 [&>*]:before:font-normal [&>*]:before:text-ink-3 [&>*]:before:content-["·"]'
const line = 'flex flex-wrap items-center text-xs text-ink-3'

/**
 * Shows the age of a page's data. If the page shows a past time, it shows a note that the response may still change.
 * @param pinned true = the response can no longer change, so that nothing is shown
 */
export function PageAge({ answer, pinned = false }: { answer: ResponseAge | undefined; pinned?: boolean }) {
  return answer && !pinned ? <PanelAge answer={answer} /> : null
}

/**
 * Shows the age of a panel's data. The age is shown only if a poll is late or missing, or if the response is not
 * current. If the page shows a past time, it shows a note that the response may still change.
 */
export function PanelAge({ answer }: { answer: ResponseAge }) {
  // If the page shows a past time, the present delay of polls is irrelevant. The bar at the top of the page already
  // shows the selected time.
  const isPast = useIsPast()
  if (isPast) return <MayChangeNote settled={answer.settled} />
  const isBehind = answer.freshness.latePollAt !== null
  return isBehind ? <TickingAge answer={answer} /> : <RestingAge answer={answer} />
}

/** Note "may still change", shown next to a past time as long as later polls can change the response. */
export function MayChangeNote({ settled }: Pick<ResponseAge, 'settled'>) {
  return settled === false ? (
    <span className="text-xs text-ink-3" title="Until everything polled here has been read again after this moment.">
      may still change
    </span>
  ) : null
}

/**
 * Both components show the age of a response. `TickingAge` is updated every second and used while a poll is late.
 * `RestingAge` is updated every 10 s and used for all other responses.
 */
const TickingAge = ({ answer }: { answer: ResponseAge }) => <OwnAge answer={answer} now={useNow()} />
const RestingAge = ({ answer }: { answer: ResponseAge }) => <OwnAge answer={answer} now={useNowInSteps(10_000)} />

function OwnAge({ answer, now }: { answer: ResponseAge; now: number }) {
  const { late, asOf, missing } = formatPanelAge(answer, now)
  const parts = [
    late && (
      <span
        key="late"
        className={clsx(
          'font-semibold',
          answer.freshness.state === 'late' ? 'text-degraded' : 'hatch rounded-xs px-1 text-ink',
        )}
      >
        {/* without a ground of their own, the letters over the hatching would look struck through */}
        <span
          className={answer.freshness.state === 'late' ? undefined : 'bg-canvas/80 px-0.5'}
          suppressHydrationWarning
        >
          {late}
        </span>
      </span>
    ),
    asOf && (
      <span key="asOf">
        as of <MomentText at={asOf} />
      </span>
    ),
    missing && <span key="missing">{missing}</span>,
  ].filter(Boolean)
  if (parts.length === 0) return null
  return (
    // A dot precedes each part as a separator. The dot at the start of a line is outside of the visible area, so that a
    // line neither starts nor ends with a dot.
    <span className="block overflow-x-clip">
      <span className={clsx(line, '-ml-4 [&>*]:relative [&>*]:ml-4', dotBefore)}>{parts}</span>
    </span>
  )
}
