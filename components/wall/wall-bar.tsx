import type { Wall } from '#lib/overview/api/index.ts'
import { formatDuration } from '#lib/contract/words/durations.ts'
import { formatMoment, zoneLabel } from '../format/instant.ts'
import type { View } from './arrange.ts'
import type { SoundState } from './use-alarm.ts'
import type { WallReading } from './wall-feed.ts'
import { ageWords, problemWords, wellWords } from './wall-words.ts'

const soundWords: Record<SoundState, string | null> = {
  armed: null,
  'not armed': 'sound waits for a click',
  off: null,
}

interface Bar {
  view: View | null
  reading: WallReading
  now: number
  zone: string
  sound: SoundState
  openAccess: boolean
}

/** LATE with age if no data is fresh; a single late resource shows it on its tile. */
const lateCollector = ({ state, newestPollAt }: Wall['collector'], now: number) =>
  state === 'late' && newestPollAt !== null ? `LATE ${formatDuration(now - Date.parse(newestPollAt))}` : null

/** The bottom bar: time, age of the data, resources without a tile, and sound state. */
export function WallBar({ view, reading: { wall, readAt, freshness, line, lost }, now, zone, sound, openAccess }: Bar) {
  const wrong = wall && lost === null && view ? problemWords(view.counts) : null
  const well = wall && lost === null && view?.title == null ? wellWords(wall, now) : null
  const late = wall && lost === null ? lateCollector(wall.collector, now) : null
  const age = ageWords({ readAt, oldestPollAt: lost === null ? (freshness?.oldestPollAt ?? null) : null }, now)
  const notes = [
    well ?? wrong,
    view?.title,
    view && view.elsewhere > 0
      ? `${view.elsewhere} ${view.elsewhere === 1 ? 'problem' : 'problems'} in other views`
      : null,
    view && view.beyond.worse > 0 ? `+${view.beyond.worse} not healthy` : null,
    view && view.beyond.up > 0 ? `+${view.beyond.up} healthy` : null,
    line === 'slow' ? 'no live stream' : null,
  ]
  const lasting = [soundWords[sound], openAccess ? 'access is open' : null].filter((note) => note !== null)
  return (
    <footer className="wall-bar">
      <div className="wall-bar-line">
        <span className="wall-clock" suppressHydrationWarning>
          {formatMoment(now, zone, now)} <span>{zoneLabel(now, zone)}</span>
        </span>
        <span className="wall-age" data-late={late !== null || lost !== null || undefined} suppressHydrationWarning>
          {[late, age].filter(Boolean).join(', ')}
        </span>
        <Notes notes={lasting.length > 0 ? lasting : notes} />
      </div>
      {/* beside what lasts, what comes and goes would change lines now and then, and all above with it */}
      {lasting.length > 0 && (
        <div className="wall-bar-line">
          <Notes notes={notes} />
        </div>
      )}
    </footer>
  )
}

const Notes = ({ notes }: { notes: readonly (string | null | undefined)[] }) =>
  notes.map(
    (note) =>
      note && (
        <span key={note} className="wall-note">
          {note}
        </span>
      ),
  )
