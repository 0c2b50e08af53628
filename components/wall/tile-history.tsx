import { type ComponentProps, useState } from 'react'
import type { IntervalState, WallState, WallTileHistory } from '#lib/overview/api/index.ts'
import { isUpOrSilent } from '#lib/overview/api/wall-states.ts'
import { Sparkline } from '../charts/sparkline.tsx'
import { findLastMeanRate, getDrawnRates } from './row-heads.ts'
import {
  formatAvailability,
  formatHistorySpan,
  formatMegabits,
  formatLastDaysStates,
  formatWallDay,
} from './wall-text.ts'
import type { WallTileHistoryPicture, TilePictureProps, WallHistoryTimes } from './tile-picture.tsx'

/**
 * Height of a bar in the history by state, in tenths of the full height. A worse state has a higher bar, so that states
 * can be distinguished without color. Unknown is drawn as an empty frame, planned work as a bar of about half the
 * height.
 */
const heights: Record<IntervalState, number> = { up: 4, degraded: 7, down: 10, unknown: 10, maintenance: 5.5 }

/** Data that a tile shows about its last 24 hours. */
export interface WallHistoryParts {
  /** short text about how late the data is; null = not late */
  late: string | null
  /** history of the resource; undefined = not loaded yet; null = none exists */
  history: WallTileHistory | null | undefined
  /** past moment that the wall shows, as text; null = now */
  until: string | null
  /** times of the histories; null = not loaded yet */
  times: WallHistoryTimes | null
}

/**
 * History of the resource in a large tile: the traffic and the states of the last 24 hours and, for a circuit or
 * gateway, the states of the last 30 days.
 * @param until past moment at which the history ends, as text; null = now
 */
export function WallTileHistoryStrip({
  history,
  now,
  until,
  href,
  times,
}: {
  href: string
  times: WallHistoryTimes
  history: WallTileHistory
  now: WallState
  until: string | null
}) {
  const { traffic, month } = history
  const states = untilNow(history.states, now)
  const { above, below } = getDrawnRates(traffic)
  // the last half hour is not over; if it has no rate yet, the drawing of the traffic leaves it out
  const known = Math.max(1, states.length - Number((below ?? above).at(-1) == null))
  const most = Math.max(0, ...[...above, ...(below ?? [])].map((rate) => rate ?? 0))
  const day = formatHistorySpan('24 hours', until)
  const days = month && untilNow(month.states, now)
  const steps = { states, above, below, times }
  return (
    <div className="wall-day">
      {most > 0 && (
        <>
          <span>
            Mb/s{below && ' ↑ to, ↓ from Azure'}, max {formatMegabits(most)}
          </span>
          <Picture
            href={href}
            className="wall-traffic"
            style={{ width: `${(known / states.length) * 100}%` }}
            count={known}
            steps={steps}
          >
            <Sparkline
              className="size-full"
              above={above.slice(0, known)}
              {...(below && { below: below.slice(0, known) })}
              most={most}
              title={`Traffic, ${day}${below ? ', to Azure above and from Azure below' : ''}`}
            />
          </Picture>
        </>
      )}
      <span>{until === null ? '24 h' : `24 h to ${until}`}</span>
      <Strip href={href} states={states} words={formatWallDay(states, until)} steps={steps} />
      {days && (
        <>
          <span>
            30 d,{' '}
            {month.peering ? (
              `${month.peering.name} ${formatAvailability(month.peering.availability)}`
            ) : (
              <>
                {formatAvailability(month.availability, days)}
                {month.layer !== 'session' && ` ${month.layer}`}
              </>
            )}
          </span>
          <Strip
            href={href}
            states={days}
            words={formatLastDaysStates(days, until)}
            steps={{ days, end: times.from + states.length * times.stepMs }}
          />
        </>
      )}
    </div>
  )
}

/**
 * States of the last 24 hours and current rate of a resource, in a row of the wall display.
 * @param late text about late data, shown instead of the rate
 * @param now current rate from the last counter samples, bit/s; null = use the mean of the last half hour with known
 *   rates
 * @param until past moment at which the history ends, as text; null = now
 */
export function WallRowHistory({
  history,
  late,
  now,
  until,
  times,
  href,
}: WallHistoryParts & { href: string; now: number | null }) {
  if (!history || !times)
    return (
      <>
        <span className="wall-blind">{history === null && 'no data'}</span>
        <span className="wall-rate">{late ?? (now === null ? null : formatMegabits(now))}</span>
      </>
    )
  const { states, traffic } = history
  const { above, below } = getDrawnRates(traffic)
  const last = now ?? findLastMeanRate(traffic)?.rate ?? null
  return (
    <>
      <Strip href={href} states={states} words={formatWallDay(states, until)} steps={{ states, above, below, times }} />
      <span className="wall-rate">{late ?? (last === null ? '' : formatMegabits(last))}</span>
    </>
  )
}

/**
 * Returns the history with the present state of the tile in place of its last state (of the current half hour or day).
 * If the present state is healthy, the history is unchanged.
 */
const untilNow = (states: readonly IntervalState[], now: WallState): IntervalState[] =>
  isUpOrSilent(now) ? [...states] : states.with(-1, now)

function Strip({
  states,
  words,
  ...picture
}: Pick<ComponentProps<typeof Picture>, 'href' | 'steps'> & { states: readonly IntervalState[]; words: string }) {
  return (
    <Picture {...picture} className="wall-strip" count={states.length}>
      <svg role="img" aria-label={words} viewBox={`0 0 ${states.length} 10`} preserveAspectRatio="none">
        {states.map((state, piece) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place
            key={piece}
            data-state={state}
            x={piece + 0.08}
            width={0.84}
            y={10 - heights[state]}
            height={heights[state]}
          />
        ))}
      </svg>
    </Picture>
  )
}

/**
 * Picture of a tile's history with a tooltip at the pointer. The code of the tooltip is loaded when the pointer enters
 * the picture, because most wall displays have no pointer; if loading fails, the picture has no tooltip. The picture
 * lies on top of the link that covers the tile. It therefore has the same link itself, which cannot be reached by the
 * tab key.
 */
function Picture(props: TilePictureProps) {
  const [Pointed, setPointed] = useState<typeof WallTileHistoryPicture | null>(null)
  if (Pointed) return <Pointed {...props} />
  const load = () =>
    import('./tile-picture.tsx').then((module) => setPointed(() => module.WallTileHistoryPicture)).catch(() => null)
  return (
    <a href={props.href} tabIndex={-1} className={props.className} style={props.style} onPointerEnter={load}>
      {props.children}
    </a>
  )
}
