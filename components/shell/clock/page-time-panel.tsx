import { clsx } from 'clsx'
import { RadioGroup } from 'radix-ui'
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { MomentField } from '../../time/moment-field.tsx'
import {
  resolveRangeEdges,
  getLastWeekRange,
  type RangeUrlParameters,
  findTimeRangeFault,
  formatRangeText,
  relativeRangeLengths,
  shiftTimeRange,
  getYesterdayRange,
} from '../../time/time-range.ts'
import { usePageTime } from '../../time/use-page-time.ts'
import { usePageDefaultRange } from '../../time/default-range.tsx'
import { Button } from '../../ui/button.tsx'
import { useZone } from '../../ui/preferences.tsx'
import { useRealNow } from '../../ui/times/page-clock.tsx'

interface Choice {
  value: string
  name: string
  words: string
  range: RangeUrlParameters
}

/**
 * Panel to set the page time, which all pages share, to now, a time, or a range.
 * @param onDone called after the user set the time
 */
export function PageTimePanel({ onDone }: { onDone: () => void }) {
  const clock = usePageTime()
  const now = useRealNow()
  const zone = useZone()
  const choices = useChoices()
  const { range, isChosen } = clock
  const panel = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // The field gets the focus only if the user has a mouse. On a touch screen, the focus would open the on-screen
    // keyboard, which would cover the choices.
    if (window.matchMedia('(pointer: fine)').matches)
      panel.current?.querySelector<HTMLElement>('[data-moment]')?.focus()
  }, [])
  const isRange = (other: RangeUrlParameters) => range.from === other.from && range.to === other.to
  const chosen =
    isChosen && clock.kind !== 'moment' ? (range.relative ?? choices.find((one) => isRange(one.range))) : null
  const set = (next: RangeUrlParameters) => {
    clock.setRange(next)
    onDone()
  }
  return (
    <div ref={panel} className="grid gap-3.5">
      <Button
        variant={isChosen ? 'plain' : 'strong'}
        className="justify-between"
        aria-keyshortcuts="n"
        onClick={() => {
          clock.backToNow()
          onDone()
        }}
      >
        Now <kbd className="font-mono opacity-70">n</kbd>
      </Button>
      <MomentForm
        at={clock.kind === 'moment' ? clock.at : null}
        onSubmit={(at) => {
          clock.setMoment(at)
          onDone()
        }}
      />
      <Part name="A range that ends now, or whole days">
        <RadioGroup.Root
          aria-label="Time range"
          value={typeof chosen === 'string' ? chosen : (chosen?.value ?? '')}
          onValueChange={(value) => {
            const choice = choices.find((one) => one.value === value)
            if (choice) clock.setRange(choice.range)
          }}
          className="flex flex-wrap gap-1"
        >
          {choices.map(({ value, name, words }) => (
            <RadioGroup.Item
              key={value}
              value={value}
              aria-label={`${name}: ${words}`}
              // A mouse click chooses a range and closes the panel. Choosing a range with the arrow keys also causes a
              // click event, but with the click count (`detail`) 0. The panel then stays open.
              onClick={({ detail }) => detail > 0 && onDone()}
              className={clsx(
                'h-7 rounded-md border border-line-strong px-2 text-xs font-medium whitespace-nowrap',
                'text-ink-2 hover:bg-hover hover:text-ink data-[state=checked]:bg-ink data-[state=checked]:text-canvas',
              )}
            >
              {name}
            </RadioGroup.Item>
          ))}
        </RadioGroup.Root>
        <div className="flex gap-1">
          <Button variant="quiet" onClick={() => clock.setRange(shiftTimeRange(range, -1, now, zone))}>
            Earlier
          </Button>
          <Button
            variant="quiet"
            disabled={range.to === null}
            onClick={() => clock.setRange(shiftTimeRange(range, 1, now, zone))}
          >
            Later
          </Button>
        </div>
      </Part>
      <RangeForm from={new Date(resolveRangeEdges(range, now)[0]).toISOString()} to={range.to} onSubmit={set} />
      <p className="text-xs text-ink-3" suppressHydrationWarning>
        Charts and lists: {formatRangeText(range, zone, now)}
      </p>
    </div>
  )
}

function useChoices(): Choice[] {
  const now = useRealNow(60_000)
  const zone = useZone()
  const { isIncident } = usePageDefaultRange()
  const words = (relative: (typeof relativeRangeLengths)[number]) =>
    formatRangeText({ from: '', to: null, relative }, zone, now)
  return [
    ...(isIncident
      ? [{ value: 'incident', name: 'incident', words: 'around the open incident', range: { from: null, to: null } }]
      : []),
    ...relativeRangeLengths.map((length) => ({
      value: length,
      name: length,
      words: words(length),
      range: { from: length, to: null },
    })),
    { value: 'yesterday', name: 'yesterday', words: 'the whole day before today', range: getYesterdayRange(now, zone) },
    {
      value: 'last-week',
      name: 'last week',
      words: 'Monday to Sunday of the week before this one',
      range: getLastWeekRange(now, zone),
    },
  ]
}

const Part = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="grid gap-1.5 border-t pt-3">
    <p className="text-xs text-ink-2">{name}</p>
    {children}
  </div>
)

function MomentForm({ at, onSubmit }: { at: string | null; onSubmit: (at: string) => void }) {
  const now = useRealNow()
  const [draft, setDraft] = useState(at)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (draft !== null) onSubmit(draft)
  }
  return (
    <form onSubmit={submit} className="flex items-end gap-2">
      <MomentField
        label="A moment: 03:12, yesterday 18:00"
        value={draft}
        onChange={setDraft}
        faultOf={(moment) => (moment > now ? 'This is in the future.' : null)}
        className="min-w-0 flex-1"
      />
      <Button variant="strong" type="submit" disabled={draft === null}>
        Show
      </Button>
    </form>
  )
}

function RangeForm({
  from: begin,
  to: end,
  onSubmit,
}: RangeUrlParameters & { onSubmit: (range: RangeUrlParameters) => void }) {
  const now = useRealNow()
  const [{ from, to }, setDraft] = useState<RangeUrlParameters>({ from: begin, to: end })
  const fault = findTimeRangeFault(from === null ? null : Date.parse(from), to === null ? null : Date.parse(to), now)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (fault === null) onSubmit({ from, to })
  }
  return (
    <form onSubmit={submit} aria-label="Custom time range" className="grid grid-cols-2 gap-2">
      <MomentField label="From" value={from} onChange={(next) => setDraft({ from: next, to })} />
      <MomentField label="To, empty = now" value={to} onChange={(next) => setDraft({ from, to: next })} />
      <p role="status" className="min-h-4 self-center text-xs text-ink-2">
        {fault}
      </p>
      <Button variant="strong" type="submit" disabled={fault !== null} className="justify-self-end">
        Show
      </Button>
    </form>
  )
}
