'use client'

import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { type AgeWords, type Answered, pageAge, panelAge } from './age-words.ts'
import { useNow, useNowInSteps } from './clock.tsx'
import { Age, Moment } from './time.tsx'

const dotBefore =
  '[&>*]:before:absolute [&>*]:before:-left-2.5 [&>*]:before:font-normal [&>*]:before:text-ink-3 [&>*]:before:content-["·"]'
const line = 'flex flex-wrap items-center text-xs text-ink-3'

/**
 * When a page is as of, in its head; its panels say only where they differ. The room of an answer that is awaited is kept, so that nothing
 * moves when it comes.
 * @param pinned it can't change any more
 * @param oldest in place of the age of its oldest poll
 */
export function PageAge({
  answer,
  pinned = false,
  oldest,
}: {
  answer: Answered | undefined
  pinned?: boolean
  oldest?: ReactNode
}) {
  const now = useNow()
  if (answer) return <AgeLine words={pageAge(answer, now, pinned)} state={answer.freshness.state} oldest={oldest} />
  return (
    <span aria-hidden className={clsx('invisible', line)}>
      <span>as of 00:00:00 UTC</span>
      {!pinned && <span className="ml-4">oldest poll 0 min 00 s ago</span>}
    </span>
  )
}

/** The age of a panel: nothing while it is as current as its page. */
export function PanelAge({ answer }: { answer: Answered }) {
  const isBehind = answer.freshness.latePollAt !== null
  return isBehind ? <TickingAge answer={answer} /> : <RestingAge answer={answer} />
}

/** What is late says by how much each second; nothing else of a panel's age ticks. */
const TickingAge = ({ answer }: { answer: Answered }) => <OwnAge answer={answer} now={useNow()} />
const RestingAge = ({ answer }: { answer: Answered }) => <OwnAge answer={answer} now={useNowInSteps(10_000)} />

function OwnAge({ answer, now }: { answer: Answered; now: number }) {
  const words = panelAge(answer, now)
  if (Object.values(words).every((word) => word === null)) return null
  return <AgeLine words={words} state={answer.freshness.state} />
}

function AgeLine({
  words: { late, asOf, oldestPollAt, missing },
  state,
  oldest,
}: {
  words: AgeWords
  state: Answered['freshness']['state']
  oldest?: ReactNode
}) {
  const parts = [
    late && (
      <span
        key="late"
        className={clsx('font-semibold', state === 'late' ? 'text-degraded' : 'hatch rounded-xs px-1 text-ink')}
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
    oldestPollAt && (
      <span key="oldest">
        {oldest ?? (
          <>
            oldest poll <Age at={oldestPollAt} />
          </>
        )}
      </span>
    ),
    missing && <span key="missing">{missing}</span>,
  ].filter(Boolean)
  return (
    // the dot before the first part of a line falls outside, so that no line begins or ends with one
    <span className="block overflow-x-clip">
      <span className={clsx(line, '-ml-4 [&>*]:relative [&>*]:ml-4', dotBefore)}>{parts}</span>
    </span>
  )
}
