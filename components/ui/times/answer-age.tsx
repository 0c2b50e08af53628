'use client'

import { clsx } from 'clsx'
import { type Answered, panelAge } from './age-text.ts'
import { useIsPast, useNow, useNowInSteps } from './clock.tsx'
import { Moment } from './time.tsx'

const dotBefore =
  '[&>*]:before:absolute [&>*]:before:-left-2.5 [&>*]:before:font-normal [&>*]:before:text-ink-3 [&>*]:before:content-["·"]'
const line = 'flex flex-wrap items-center text-xs text-ink-3'

/**
 * How a page is less current than the top bar says of the estate: nothing while it is as current, or can't change any more. Of the past,
 * whether it may still change.
 * @param pinned it can't change any more
 */
export function PageAge({ answer, pinned = false }: { answer: Answered | undefined; pinned?: boolean }) {
  return answer && !pinned ? <PanelAge answer={answer} /> : null
}

/** The age of a panel: nothing while it is as current as its page. */
export function PanelAge({ answer }: { answer: Answered }) {
  // how late polls are now says nothing of the past, whose moment the bar above all pages states
  const isPast = useIsPast()
  if (isPast) return <MayChange settled={answer.settled} />
  const isBehind = answer.freshness.latePollAt !== null
  return isBehind ? <TickingAge answer={answer} /> : <RestingAge answer={answer} />
}

/** Beside a moment in the past: whether its answer is the last word. */
export function MayChange({ settled }: Pick<Answered, 'settled'>) {
  return settled === false ? (
    <span className="text-xs text-ink-3" title="Until everything polled here has been read again after this moment.">
      may still change
    </span>
  ) : null
}

/** What is late says by how much each second; nothing else of a panel's age ticks. */
const TickingAge = ({ answer }: { answer: Answered }) => <OwnAge answer={answer} now={useNow()} />
const RestingAge = ({ answer }: { answer: Answered }) => <OwnAge answer={answer} now={useNowInSteps(10_000)} />

function OwnAge({ answer, now }: { answer: Answered; now: number }) {
  const { late, asOf, missing } = panelAge(answer, now)
  const parts = [
    late && (
      <span
        key="late"
        className={clsx(
          'font-semibold',
          answer.freshness.state === 'late' ? 'text-degraded' : 'hatch rounded-xs px-1 text-ink',
        )}
        suppressHydrationWarning
      >
        {late}
      </span>
    ),
    asOf && (
      <span key="asOf">
        as of <Moment at={asOf} />
      </span>
    ),
    missing && <span key="missing">{missing}</span>,
  ].filter(Boolean)
  if (parts.length === 0) return null
  return (
    // the dot before the first part of a line falls outside, so that no line begins or ends with one
    <span className="block overflow-x-clip">
      <span className={clsx(line, '-ml-4 [&>*]:relative [&>*]:ml-4', dotBefore)}>{parts}</span>
    </span>
  )
}
