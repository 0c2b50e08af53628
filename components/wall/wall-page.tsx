'use client'

import './wall.css'
import { type CSSProperties, type ReactNode, useEffect, useState, useSyncExternalStore } from 'react'
import type { Wall } from '#lib/overview/api/index.ts'
import type { Answer } from '../data/client.ts'
import { arrange, type View } from './arrange.ts'
import { shiftAt } from './pixel-shift.ts'
import { useAlarm } from './use-alarm.ts'
import { useGlidingTiles } from './use-gliding-tiles.ts'
import { useShape } from './use-shape.ts'
import { WallBar } from './wall-bar.tsx'
import { WallEvents } from './wall-events.tsx'
import { useWallKeys } from './use-wall-keys.ts'
import { type Reading, WallFeed } from './wall-feed.ts'
import { CollectorSilent, Offline } from './wall-losses.tsx'
import { WallMenu } from './wall-menu.tsx'
import type { WallSettings } from './wall-settings.ts'
import { Tile } from './wall-tile.tsx'
import { lostWords, summaryWords, tileWords } from './wall-words.ts'

interface WallStart {
  answer: Answer<Wall> | null
  settings: WallSettings
  /** where it asks for what it shows */
  url: string
  historyUrl: string
  /** links of its menu */
  links: ReactNode
  /** `UTC`, or an IANA name */
  zone: string
  build: string
  /** everyone who reaches the web may see and change everything */
  openAccess: boolean
  /** who is at the screen has the right to acknowledge */
  mayAcknowledge: boolean
  /** epoch milliseconds: the first paint in the browser shows the server's second */
  renderedAt: number
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
}: {
  view: View
  reading: Reading
  now: number
  zone: string
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
