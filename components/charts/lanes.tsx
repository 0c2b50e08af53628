'use client'

import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { TimeAxis } from './time-axis.tsx'

/** A stretch on a lane. Its ends are pairs of bounds: solid where it certainly was so, hatched where it may have been. */
export interface LaneSegment {
  key: string
  from: readonly [number, number]
  /** null = it goes on */
  to: readonly [number, number] | null
  /** sets the colour, as `currentColor` */
  ink: string
  /** short enough to stand in the bar; it is cut where it does not fit */
  mark: string
  title: string
  /** drawn as a thin line: it is there, and is nothing to look at */
  quiet?: boolean
}

export interface Lane {
  key: string
  label: ReactNode
  /** what the lane says, for those who do not see it */
  description: string
  segments: LaneSegment[]
  /** moments to point at: what happened there is too short to be seen otherwise */
  marks: readonly { key: string; at: number; title: string }[]
  /** times that nobody saw */
  unseen: readonly { from: number; to: number; title: string }[]
}

/** One line for each thing, on one axis of time. What the bars say stands in a table or a list beside them. */
export function Lanes({ lanes, from, to }: { lanes: Lane[]; from: number; to: number }) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-x-3 sm:grid-cols-[minmax(9rem,auto)_minmax(0,1fr)]">
      {lanes.map((lane) => (
        <div key={lane.key} className="contents">
          <div className="flex min-w-0 items-center pt-1.5 text-xs sm:pt-0">{lane.label}</div>
          <LaneBar lane={lane} from={from} to={to} />
        </div>
      ))}
      <div className="hidden sm:block" />
      <TimeAxis from={from} to={to} />
    </div>
  )
}

function LaneBar({ lane, from, to }: { lane: Lane; from: number; to: number }) {
  const whole = Math.max(1, to - from)
  const share = (at: number) => Math.min(100, Math.max(0, ((at - from) / whole) * 100))
  const place = (begin: number, end: number) => ({
    left: `${share(begin)}%`,
    width: `${Math.max(0, share(end) - share(begin))}%`,
  })
  return (
    <div role="img" aria-label={lane.description} className="relative my-0.5 h-6 overflow-hidden rounded-xs bg-sunken">
      {lane.segments.map((segment) => {
        const certainFrom = Math.max(segment.from[1], from)
        const certainTo = segment.to ? Math.max(segment.to[0], certainFrom) : to
        const height = segment.quiet ? 'inset-y-[0.55rem]' : 'inset-y-0'
        return (
          <span key={segment.key} className={segment.ink} title={segment.title}>
            <span
              className={clsx('hatch-bar absolute', height)}
              style={place(segment.from[0], Math.min(segment.from[1], to))}
            />
            <span
              className={clsx('absolute min-w-0.5 overflow-hidden bg-current', height)}
              style={place(certainFrom, Math.min(certainTo, to))}
            >
              {!segment.quiet && (
                <span className="absolute inset-0 truncate px-1 font-mono text-2xs leading-6 text-surface">
                  {segment.mark}
                </span>
              )}
            </span>
            {segment.to && (
              <span className={clsx('hatch-bar absolute', height)} style={place(segment.to[0], segment.to[1])} />
            )}
          </span>
        )
      })}
      {lane.marks.map(({ key, at, title }) => (
        <span
          key={key}
          title={title}
          className="absolute top-0 -ml-[0.3rem] border-x-[0.3rem] border-t-[0.45rem] border-x-transparent border-t-down-mark drop-shadow-[0_0_1px_var(--surface)]"
          style={{ left: `${share(at)}%` }}
        />
      ))}
      {lane.unseen.map((gap) => (
        <span
          key={`${gap.from}/${gap.to}`}
          title={gap.title}
          className="absolute inset-y-0 min-w-px overflow-hidden bg-surface/85"
          style={place(gap.from, gap.to)}
        >
          <span className="hatch absolute inset-0" />
        </span>
      ))}
    </div>
  )
}
