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
import type { Wall } from '#lib/overview/api/index.ts'
import { arrange, type Shape, type View } from './arrange.ts'
import { useAlarm } from './use-alarm.ts'
import { useGlidingTiles } from './use-gliding-tiles.ts'
import { WallBar } from './wall-bar.tsx'
import { type FeedStart, WallFeed } from './wall-feed.ts'
import { WallMenu } from './wall-menu.tsx'
import type { WallSettings } from './wall-settings.ts'
import { Tile } from './wall-tile.tsx'
import { lostWords, summaryWords, tileWords } from './wall-words.ts'
import { formatMoment, zoneLabel } from '../format/instant.ts'
import { formatDuration } from '#lib/contract/words/durations.ts'

const PORTRAIT = '(max-aspect-ratio: 1/1)'
const LARGE = '(min-width: 2560px)'

/**
 * The configured shape, else the screen's.
 * @returns with `isGuess` while the server's `wide` stands for a screen that is not known yet
 */
function useShape(layout: WallSettings['layout']): { shape: Shape; isGuess: boolean } {
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

function screenShape(): Shape {
  if (window.matchMedia(PORTRAIT).matches) return 'portrait'
  return window.matchMedia(LARGE).matches ? '4k' : 'wide'
}

/** Time between shifts, milliseconds. */
const SHIFT_EVERY_MS = 180_000

/** Offsets in a ring, two pixels apart, against burn-in. */
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

/** The present offset in pixels. */
function shiftAt(now: number): { x: number; y: number } {
  const [x, y] = ring[Math.floor(now / SHIFT_EVERY_MS) % ring.length] ?? [0, 0]
  return { x, y }
}

interface WallStart extends Omit<FeedStart, 'reload'> {
  settings: WallSettings
  /** links of its menu */
  links: ReactNode
  /** `UTC`, or an IANA name */
  zone: string
  /** everyone who reaches the web may see and change everything */
  openAccess: boolean
  /** who is at the screen has the right to acknowledge */
  mayAcknowledge: boolean
}

/** A display that runs unattended for weeks: problems, worst first, and whether the data is current. */
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
    () => new WallFeed({ answer, renderedAt, build, url, historyUrl, reload: () => window.location.reload() }),
  )
  useEffect(() => feed.start(), [feed])
  useWallKeys()
  const reading = useSyncExternalStore(feed.subscribe, feed.read, feed.read)
  const now = useSyncExternalStore(feed.subscribe, feed.readSecond, () => renderedAt)
  const { shape, isGuess } = useShape(settings.layout)
  const { wall, lost, readAt } = reading
  const sound = useAlarm(settings.sound, lost === null && wall ? wall.tiles : null, now)
  const view = wall && arrange(wall, settings, shape, now)
  const { x, y } = shiftAt(now)
  const isSilent = lost === null && wall !== null && wall.collector.state === 'silent'
  return (
    <div
      className="wall"
      data-shape={shape}
      data-guess={isGuess || undefined}
      style={{ '--shift-x': `${x}px`, '--shift-y': `${y}px` } as CSSProperties}
    >
      <WallMenu>{links}</WallMenu>
      <main id="content" className="wall-main">
        <h1 className="sr-only">Wall{view ? `: ${summaryWords(view.counts)}` : ''}</h1>
        <div role="alert" className="wall-alert">
          {lost !== null && <Offline reason={lost} readAt={readAt} now={now} zone={zone} />}
          {isSilent && <CollectorSilent collector={wall.collector} now={now} zone={zone} />}
        </div>
        {view && view.tiles.length > 0 ? (
          <Tiles view={view} reading={reading} now={now} zone={zone} mayAcknowledge={mayAcknowledge} />
        ) : (
          <NoTiles isRead={wall !== null} />
        )}
      </main>
      {view && wall && lost === null && <WallEvents events={wall.lastEvents} lines={view.eventLines} zone={zone} />}
      <WallBar view={view} reading={reading} now={now} zone={zone} sound={sound} openAccess={openAccess} />
    </div>
  )
}

function Tiles({
  view,
  reading: { lost, readAt, history },
  now,
  zone,
  mayAcknowledge,
}: Pick<ComponentProps<typeof WallBar>, 'reading' | 'now' | 'zone'> & {
  view: View
  mayAcknowledge: boolean
}) {
  const list = useGlidingTiles()
  const style = { '--columns': view.columns, '--rows': view.rows } as CSSProperties
  return (
    <ol
      ref={list}
      className="wall-tiles"
      style={style}
      data-lost={lost !== null || undefined}
      data-lead={view.hasLead || undefined}
    >
      {view.tiles.map((tile, index) => (
        <Tile
          key={tile.id}
          tile={tile}
          cell={view.cells[index]}
          isLead={view.hasLead && index === 0}
          history={lost === null ? history?.tiles.find(({ id }) => id === tile.id) : undefined}
          words={lost === null ? tileWords(tile, now, zone) : lostWords(tile, readAt ?? now, zone)}
          mayAcknowledge={mayAcknowledge}
        />
      ))}
    </ol>
  )
}

function NoTiles({ isRead }: { isRead: boolean }) {
  return <p className="wall-empty">{isRead ? 'No resources yet. Check Sources for errors from Azure.' : 'Loading.'}</p>
}

/** What answers the keys is loaded with the first of them: most walls have no keyboard. */
const wallKeys = () => import('./wall-keys.ts')
const onKeyDown = (event: KeyboardEvent) => void wallKeys().then((keys) => keys.pressOnWall(event))

/** Has the keys of a wall answered. */
function useWallKeys(): void {
  useEffect(() => {
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
}

/** Events of the last day, to the minute. */
const minuteOf = (at: string, zone: string) => formatMoment(Date.parse(at), zone, Date.parse(at)).slice(0, 5)

/** The last events, the newest first: as many as have room, none in part. @param lines of text that there is room for */
function WallEvents({ events, lines, zone }: { events: Wall['lastEvents']; lines: number; zone: string }) {
  if (events.length === 0 || lines === 0) return null
  return (
    <section aria-label="Last events" className="wall-events" style={{ '--lines': lines } as CSSProperties}>
      {events.map(({ id, title, resource, startedBetween, endedBetween, href }) => (
        <p key={id}>
          <span>{minuteOf(startedBetween[1], zone)}</span> <a href={href}>{title}</a> {resource}
          {endedBetween && <span className="wall-ended">, ended {minuteOf(endedBetween[1], zone)}</span>}
        </p>
      ))}
    </section>
  )
}

interface Moment {
  now: number
  zone: string
}

/** Banner: the wall has lost its connection, and the data below is outdated. */
function Offline({ reason, readAt, now, zone }: Moment & { reason: string; readAt: number | null }) {
  return (
    <div className="wall-banner" data-loss="offline">
      <strong>THIS SCREEN IS OFFLINE</strong>
      <span>
        {reason}{' '}
        {readAt === null
          ? 'No data received yet.'
          : `Data as of ${formatMoment(readAt, zone, now)} ${zoneLabel(readAt, zone)}, ${formatDuration(now - readAt)} ago.`}
      </span>
    </div>
  )
}

/** Banner: Peerwatch responds, but no poll of Azure succeeds. */
function CollectorSilent({ collector: { newestPollAt }, now, zone }: Moment & { collector: Wall['collector'] }) {
  const at = newestPollAt === null ? null : Date.parse(newestPollAt)
  return (
    <div className="wall-banner" data-loss="silent">
      <strong>NOTHING IS POLLED</strong>
      <span>
        {at === null
          ? 'No poll has succeeded yet.'
          : `The last successful poll ended at ${formatMoment(at, zone, now)} ${zoneLabel(at, zone)}, ${formatDuration(now - at)} ago.`}
      </span>
    </div>
  )
}
