'use client'

import './wall.css'
import {
  type ComponentProps,
  type CSSProperties,
  type ReactNode,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react'
import type { WallDisplay } from '#lib/overview/api/index.ts'
import { arrangeWallTiles, type ArrangedWall } from './arrange-wall.ts'
import type { TileArea, ScreenShape } from './place-tiles.ts'
import { buildRowHeads } from './row-heads.ts'
import { useAlarm } from './use-alarm.ts'
import { WallBar, WallTopLine } from './wall-bar.tsx'
import { type WallFeedStart, WallFeed } from './wall-feed.ts'
import { WallMenu } from './wall-menu.tsx'
import { buildWallHref, type WallSettings } from './wall-settings.ts'
import { WallTileBox } from './wall-tile.tsx'
import {
  formatOutdatedTile,
  formatWallMinute,
  formatShortLatePoll,
  formatStateCounts,
  formatWallTile,
  formatAllUpDuration,
} from './wall-text.ts'
import { formatMinute, formatMoment, formatZoneLabel } from '../format/instant.ts'
import { formatDuration } from '#lib/contract/words/durations.ts'

const PORTRAIT = '(max-aspect-ratio: 1/1)'
const LARGE = '(min-width: 2560px)'

/**
 * Returns the shape of the screen: the configured shape, otherwise the measured shape.
 * @returns `isGuess` is true while the server renders and the shape is not configured; `wide` is then assumed
 */
function useShape(layout: WallSettings['layout']): { shape: ScreenShape; isGuess: boolean } {
  const configured = layout === 'auto' ? null : layout
  const known = useSyncExternalStore(
    subscribe,
    () => configured ?? screenShape(),
    () => configured,
  )
  return { shape: known ?? 'wide', isGuess: known === null }
}

function subscribe(listener: () => void): () => void {
  const queries = [PORTRAIT, LARGE].map((query) => window.matchMedia(query))
  for (const query of queries) query.addEventListener('change', listener)
  return () => {
    for (const query of queries) query.removeEventListener('change', listener)
  }
}

function screenShape(): ScreenShape {
  if (window.matchMedia(PORTRAIT).matches) return 'portrait'
  return window.matchMedia(LARGE).matches ? '4k' : 'wide'
}

/** Time between two shifts of the whole picture, milliseconds. Shifts prevent burn-in. */
const SHIFT_EVERY_MS = 180_000

/** Offsets of the whole picture in px. They are used one after the other. */
const ring = [
  [0, 0],
  [2, 0],
  [4, 2],
  [4, 4],
  [2, 4],
  [0, 4],
  [-2, 2],
  [-2, 0],
] as const

/** Returns the offset of the picture at a time, in pixels. */
function shiftAt(now: number): { x: number; y: number } {
  const [x, y] = ring[Math.floor(now / SHIFT_EVERY_MS) % ring.length] ?? [0, 0]
  return { x, y }
}

interface WallStart extends Omit<WallFeedStart, 'reload' | 'isPast'> {
  settings: WallSettings
  /** links of the wall's menu */
  links: ReactNode
  /** `UTC`, or an IANA name */
  zone: string
  /** whether sign-in is off, so that everyone who reaches the web server can see and change everything */
  openAccess: boolean
  /** whether the user at the screen has the right to acknowledge */
  mayAcknowledge: boolean
}

/**
 * Shows the wall display, which runs unattended for weeks: the resources with problems, worst first, and whether the
 * data is current.
 */
export function WallPage({
  answer,
  settings,
  url,
  historyUrl,
  links,
  zone,
  build,
  openAccess,
  mayAcknowledge,
  renderedAt,
}: WallStart) {
  const [feed] = useState(
    () =>
      new WallFeed({
        answer,
        renderedAt,
        build,
        url,
        historyUrl,
        screen: settings.screen,
        isPast: settings.at !== null,
        reload: () => window.location.reload(),
      }),
  )
  useEffect(() => feed.start(), [feed])
  useWallKeys()
  const reading = useSyncExternalStore(feed.subscribe, feed.read, feed.read)
  const second = useSyncExternalStore(feed.subscribe, feed.readSecond, () => renderedAt)
  const now = settings.at ?? second
  const { shape, isGuess } = useShape(settings.layout)
  const { wall, lost, readAt } = reading
  const sound = useAlarm(settings.sound && settings.at === null, lost === null && wall ? wall.tiles : null, now)
  const view = wall && arrangeWallTiles(wall, settings, shape, now)
  const { x, y } = shiftAt(now)
  // If the resources keep their last known states, the tile of the collector (the worker that polls Azure) already
  // states that nothing is polled.
  const isSilent = lost === null && wall?.collector.state === 'silent' && !wall.tiles.some(({ lastKnown }) => lastKnown)
  const polledAt = wall && wall.collector.newestPollAt
  return (
    <div
      className="wall"
      data-shape={shape}
      data-guess={isGuess || undefined}
      data-past={settings.at !== null || undefined}
      style={{ '--shift-x': `${x}px`, '--shift-y': `${y}px` } as CSSProperties}
    >
      <WallMenu>{links}</WallMenu>
      <WallTopLine view={view} reading={reading} now={now} zone={zone} />
      <main id="content" className="wall-main">
        {settings.at !== null && <Past settings={settings} zone={zone} />}
        <h1 className="sr-only">Wall{view ? `: ${formatStateCounts(view.counts)}` : ''}</h1>
        <div role="alert" className="wall-alert">
          {lost !== null && <Banner loss="offline" reason={lost} at={readAt} now={now} zone={zone} />}
          {isSilent && (
            <Banner
              loss="silent"
              reason=""
              at={polledAt === null ? null : Date.parse(polledAt)}
              now={now}
              zone={zone}
            />
          )}
        </div>
        {wall && view && view.tiles.length > 0 ? (
          <Tiles
            wall={wall}
            view={view}
            reading={reading}
            now={now}
            zone={zone}
            mayAcknowledge={mayAcknowledge && settings.at === null}
            isPast={settings.at !== null}
          />
        ) : (
          <NoTiles isRead={wall !== null} />
        )}
      </main>
      {/* if views rotate, the last events are hidden, because the footer needs their line */}
      {wall && lost === null && settings.rotateMs === null && (
        <WallEvents events={wall.lastEvents} now={now} zone={zone} />
      )}
      <WallBar
        view={view}
        reading={reading}
        now={now}
        zone={zone}
        isPast={settings.at !== null}
        sound={sound}
        openAccess={openAccess}
      />
    </div>
  )
}

function Tiles({
  wall,
  view,
  reading: { lost, readAt, history },
  now,
  zone,
  mayAcknowledge,
  isPast,
}: Moment & {
  isPast: boolean
  wall: WallDisplay
  view: ArrangedWall
  reading: ComponentProps<typeof WallBar>['reading']
  mayAcknowledge: boolean
}) {
  const isKnown = lost === null
  const until = isPast ? formatMinute(now, zone, now) : null
  const times = history && { from: Date.parse(history.from), stepMs: history.stepSeconds * 1_000, zone }
  return (
    <div className="wall-area">
      {view.headline && isKnown && <Headline wall={wall} view={view} box={view.headline} now={now} />}
      {view.heads.map((box) => {
        const columns = Math.round(100 / box.width)
        // If the screen is offline, rows have only their last known states.
        const heads = isKnown ? buildRowHeads(box, { ...view, columns, history, now, zone }) : null
        return (
          <p
            key={box.x}
            className="wall-heads"
            data-half={columns > 1 || undefined}
            style={placeOf(box)}
            aria-hidden="true"
          >
            <span className="wall-legend">
              {heads?.legends.map((legend) => (
                <span key={legend}>{legend}</span>
              ))}
            </span>
            <span className="wall-heads-day">{heads?.day}</span>
            <span className="wall-rate">
              {heads?.rate}
              {heads?.rate && <span className="wall-heads-directions">&nbsp;in + out</span>}
            </span>
          </p>
        )
      })}
      <ol className="wall-tiles" data-lost={!isKnown || undefined}>
        {view.tiles.map((tile, index) => {
          const spot = view.spots[index]
          return (
            spot && (
              <WallTileBox
                key={tile.id}
                tile={isPast ? { ...tile, href: linkAt(tile.href, now) } : tile}
                spot={spot}
                history={isKnown && history ? (history.tiles.find(({ id }) => id === tile.id) ?? null) : undefined}
                words={isKnown ? formatWallTile(tile, now, zone) : formatOutdatedTile(tile, readAt ?? now, zone)}
                until={until}
                times={times}
                late={isKnown ? (tile.lastKnown ? '' : formatShortLatePoll(tile.freshness, now)) : null}
                mayAcknowledge={mayAcknowledge}
              />
            )
          )
        })}
      </ol>
    </div>
  )
}

const placeOf = ({ x, y, width, height }: TileArea) =>
  ({ '--x': x, '--y': y, '--w': width, '--h': height }) as CSSProperties

/** Shows in the largest letters that all resources are up, and since when. */
function Headline({ wall, view, box, now }: { wall: WallDisplay; view: ArrangedWall; box: TileArea; now: number }) {
  const lasted = formatAllUpDuration(wall, now)
  const isAll = view.counts.maintenance === 0
  return (
    <p className="wall-headline" style={placeOf(box)} data-all={isAll || undefined}>
      <strong>
        {isAll ? 'ALL UP' : 'ALL ELSE UP'}
        {lasted && <span suppressHydrationWarning> {lasted}</span>}
      </strong>
    </p>
  )
}

function NoTiles({ isRead }: { isRead: boolean }) {
  return <p className="wall-empty">{isRead ? 'No resources yet. Check Sources for errors from Azure.' : 'Loading.'}</p>
}

/** Loads the code for keys at the first key press, because most walls have no keyboard. */
const wallKeys = () => import('./wall-keys.ts')
const onKeyDown = (event: KeyboardEvent) => void wallKeys().then((keys) => keys.handleWallKey(event))

/** Enables the keys of a wall. */
function useWallKeys(): void {
  useEffect(() => {
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
}

/** Lists the last events, newest first. The style sheet hides events that do not fit completely. */
function WallEvents({ events, now, zone }: Moment & { events: WallDisplay['lastEvents'] }) {
  if (events.length === 0) return null
  return (
    <section aria-label="Last events" className="wall-events">
      {events.map(({ id, title, resource, startedBetween, endedBetween, href }) => (
        <p key={id}>
          <span>{formatWallMinute(startedBetween[1], zone, now)}</span> <a href={href}>{title}</a> {resource}
          {endedBetween && endedBetween[1] !== startedBetween[1] && (
            <span className="wall-ended">, ended {formatWallMinute(endedBetween[1], zone, now)}</span>
          )}
        </p>
      ))}
    </section>
  )
}

interface Moment {
  now: number
  zone: string
}

/** Adds the past moment of the wall to a link, so that the linked page shows the same time. */
const linkAt = (href: string, at: number) =>
  `${href}${href.includes('?') ? '&' : '?'}at=${encodeURIComponent(new Date(at).toISOString())}`

/** Shows a bar with the past moment that the wall shows and a link back to now. */
function Past({ settings, zone }: { settings: WallSettings; zone: string }) {
  const at = settings.at ?? 0
  return (
    <p className="wall-past">
      <strong>
        PAST: {formatMoment(at, zone, null)} {formatZoneLabel(at, zone)}
      </strong>
      <a href={buildWallHref({ ...settings, at: null })} aria-keyshortcuts="n">
        Back to now (n)
      </a>
    </p>
  )
}

/**
 * Explains why the wall has no current data. `offline`: the wall lost its connection. `silent`: Peerwatch responds, but
 * no poll of Azure succeeds.
 */
function Banner({
  loss,
  reason,
  at,
  now,
  zone,
}: Moment & { loss: 'offline' | 'silent'; reason: string; at: number | null }) {
  const since =
    at !== null && `${formatMoment(at, zone, now)} ${formatZoneLabel(at, zone)}, ${formatDuration(now - at)} ago.`
  const [title, known, nothing] = banners[loss]
  return (
    <div className="wall-banner" data-loss={loss}>
      <strong>{title}</strong>
      <span>
        {reason} {since ? `${known} ${since}` : nothing}
      </span>
    </div>
  )
}

const banners = {
  offline: ['THIS SCREEN IS OFFLINE', 'Data last known at', 'No data received yet.'],
  silent: ['NOTHING IS POLLED', 'The last successful poll ended at', 'No poll has succeeded yet.'],
} as const
