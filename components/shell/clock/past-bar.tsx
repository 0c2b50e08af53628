import { usePathname } from 'next/navigation'
import { clsx } from 'clsx'
import { formatDuration } from '#lib/contract/words/index.ts'
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { formatInstant, formatTimeRange } from '../../format/instant.ts'
import { findPageBehaviorInPast } from '../../links/past-pages.ts'
import { resolveRangeEdges, shiftTimeRange } from '../../time/time-range.ts'
import { usePageTime } from '../../time/use-page-time.ts'
import { useZone } from '../../ui/preferences.tsx'
import { useRealNow } from '../../ui/times/page-clock.tsx'

const STEPS = [-MS_PER_HOUR, -5 * MS_PER_MINUTE, -MS_PER_MINUTE, MS_PER_MINUTE, 5 * MS_PER_MINUTE, MS_PER_HOUR]
const press =
  'h-6 rounded-sm border border-current/40 px-1.5 text-xs font-medium whitespace-nowrap hover:bg-past-ink hover:text-past disabled:opacity-55'

/**
 * Bar below the top bar while the page shows the past. It contains the time that is shown, buttons that step earlier
 * and later, and a button back to now. The server already renders it, because the time is part of the URL.
 */
export function PastTimeBar() {
  const clock = usePageTime()
  const now = useRealNow()
  const zone = useZone()
  const { shows, words } = findPageBehaviorInPast(usePathname())
  const { kind, at, range } = clock
  if (at === null) return null
  const moment = Date.parse(at)
  // On a phone, the style sheet hides the year.
  const shown =
    kind === 'range' ? formatTimeRange(...resolveRangeEdges(range, now), zone, null) : formatInstant(moment, zone)
  const step = (ms: number) => {
    const next = moment + ms
    clock.setMoment(next >= now ? null : new Date(next).toISOString(), { history: 'replace' })
  }
  const shift = (direction: -1 | 1) => clock.setRange(shiftTimeRange(range, direction, now, zone))
  return (
    <div
      role="region"
      aria-label="Clock"
      className={clsx(
        'flex items-center gap-x-3 px-3 text-xs sm:min-h-8 sm:flex-wrap sm:gap-y-1 sm:py-1 lg:px-5',
        // On pages that always show current data, the bar contains an additional text and may therefore wrap on a
        // phone.
        shows === 'now' && 'max-sm:flex-wrap max-sm:py-0.5',
        shows === 'now' ? 'border-t bg-sunken text-ink' : 'bg-past text-past-ink',
      )}
    >
      <p className="min-w-0 max-sm:truncate" suppressHydrationWarning>
        {words && <strong className="mr-2 font-semibold">{words}</strong>}
        {shows === 'now' ? 'The clock shows ' : <span className="max-sm:sr-only">Showing </span>}
        <strong className="font-semibold">
          <span className="max-sm:hidden">{shown.slice(0, 5)}</span>
          {shown.slice(5)}
        </strong>
        <span className="max-sm:hidden"> · {formatDuration(now - moment)} ago</span>
        {shows === 'moment' && (
          <span className="max-lg:hidden">
            {kind === 'range' ? ' · state as of its end' : ' · charts show the hours around it'}
          </span>
        )}
      </p>
      <div className="ml-auto flex shrink-0 items-center gap-1">
        {kind === 'range' ? (
          <>
            <Step label="Earlier by the length of the range" name="Earlier" onPress={() => shift(-1)} />
            <Step label="Later by the length of the range" name="Later" onPress={() => shift(1)} />
          </>
        ) : (
          STEPS.map((ms) => {
            const length = ms % MS_PER_HOUR === 0 ? '1 h' : `${Math.abs(ms / MS_PER_MINUTE)} min`
            return (
              <Step
                key={ms}
                label={`${length} ${ms < 0 ? 'earlier' : 'later'}`}
                name={`${ms < 0 ? '−' : '+'} ${length}`}
                onPress={() => step(ms)}
              />
            )
          })
        )}
        <button
          type="button"
          className={clsx(press, 'sm:ml-1')}
          aria-label="Back to now"
          aria-keyshortcuts="n"
          onClick={clock.backToNow}
        >
          <span className="sm:hidden">Now</span>
          <span className="max-sm:hidden">
            Back to now
            <kbd aria-hidden className="ml-1 font-mono">
              n
            </kbd>
          </span>
        </button>
      </div>
    </div>
  )
}

/** Button for one step in time. A phone shows only the smallest step in each direction. */
const Step = ({ label, name, onPress }: { label: string; name: string; onPress: () => void }) => (
  <button
    type="button"
    aria-label={label}
    className={clsx(press, /^. 1/.test(name) && 'max-sm:hidden')}
    onClick={onPress}
  >
    {name}
  </button>
)
