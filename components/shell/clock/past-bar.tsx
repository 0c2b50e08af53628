'use client'

import { usePathname } from 'next/navigation'
import { clsx } from 'clsx'
import { formatDuration } from '#lib/contract/words/index.ts'
import { HOUR, MINUTE } from '#lib/contract/time/time.ts'
import { formatInstant, formatRange } from '../../format/instant.ts'
import { pastOf } from '../../links/past-pages.ts'
import { edgesOf, shifted } from '../../time/range.ts'
import { useClock } from '../../time/use-clock.ts'
import { useZone } from '../../ui/preferences.tsx'
import { useRealNow } from '../../ui/times/clock.tsx'

const STEPS = [
  { ms: HOUR, name: '1 h' },
  { ms: 5 * MINUTE, name: '5 min' },
  { ms: MINUTE, name: '1 min' },
]
const press =
  'h-6 rounded-sm border border-current/40 px-1.5 text-xs font-medium whitespace-nowrap hover:bg-past-ink hover:text-past disabled:opacity-55'

/** Below the top bar while the clock stands in the past: what is shown, how to step, and the button back to now. The server draws it from the address. */
export function PastBar() {
  const clock = useClock()
  const now = useRealNow()
  const zone = useZone()
  const { shows, words } = pastOf(usePathname())
  const { kind, at, range } = clock
  if (at === null) return null
  const moment = Date.parse(at)
  const step = (ms: number) => {
    const next = moment + ms
    clock.setMoment(next >= now ? null : new Date(next).toISOString(), { history: 'replace' })
  }
  const shift = (direction: -1 | 1) => clock.setRange(shifted(range, direction, now, zone))
  return (
    <div
      role="region"
      aria-label="Clock"
      className={clsx(
        'flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1 text-xs lg:px-5',
        shows === 'now' ? 'border-t bg-sunken text-ink' : 'bg-past text-past-ink',
      )}
    >
      <p suppressHydrationWarning>
        {words && <strong className="mr-2 font-semibold">{words}</strong>}
        {shows === 'now' ? 'The clock stands at ' : 'Showing '}
        <strong className="font-semibold">
          {kind === 'range' ? formatRange(...edgesOf(range, now), zone, null) : formatInstant(moment, zone)}
        </strong>
        <span className="max-sm:hidden"> · {formatDuration(now - moment)} ago</span>
        {shows === 'moment' && (
          <span className="max-lg:hidden">
            {kind === 'range' && ' · state as of its end'} · what is shown does not change
          </span>
        )}
      </p>
      <div className="ml-auto flex flex-wrap items-center gap-1">
        {kind === 'range' ? (
          <>
            <Step label="Earlier by the length of the range" name="Earlier" onPress={() => shift(-1)} />
            <Step label="Later by the length of the range" name="Later" onPress={() => shift(1)} />
          </>
        ) : (
          <>
            {STEPS.map(({ ms, name }) => (
              <Step key={name} label={`${name} earlier`} name={`− ${name}`} onPress={() => step(-ms)} />
            ))}
            {STEPS.toReversed().map(({ ms, name }) => (
              <Step key={name} label={`${name} later`} name={`+ ${name}`} onPress={() => step(ms)} />
            ))}
          </>
        )}
        <button type="button" className={clsx(press, 'ml-1')} aria-keyshortcuts="n" onClick={clock.backToNow}>
          Back to now <kbd className="font-mono max-sm:hidden">n</kbd>
        </button>
      </div>
    </div>
  )
}

const Step = ({ label, name, onPress }: { label: string; name: string; onPress: () => void }) => (
  <button type="button" aria-label={label} className={press} onClick={onPress}>
    {name}
  </button>
)
