'use client'

import { clsx } from 'clsx'
import ChevronLeftIcon from 'lucide-react/icons/chevron-left'
import ChevronRightIcon from 'lucide-react/icons/chevron-right'
import { Popover, RadioGroup } from 'radix-ui'
import { type FormEvent, useState } from 'react'
import { Button, IconButton } from '../ui/button.tsx'
import { useNow } from '../ui/clock.tsx'
import { PopoverPanel } from '../ui/popover-panel.tsx'
import { useZone } from '../ui/preferences.tsx'
import { MomentField } from './moment-field.tsx'
import {
  edgesOf,
  type RangeAddress,
  rangeFault,
  rangeWords,
  relativeLengths,
  shifted,
  type TimeRange,
  yesterday,
} from './range.ts'
import { useTimeRange } from './use-time-range.ts'
import { useUsualRange } from './usual-range.tsx'

const segment = 'h-7 px-1.5 text-xs font-medium whitespace-nowrap -outline-offset-2 sm:px-2'
const styles = { plain: 'text-ink-2 hover:bg-hover hover:text-ink', chosen: 'bg-ink text-canvas' }

/** The one time range control of a page, for all of its charts. */
export function RangeControl() {
  const { range, setRange } = useTimeRange()
  return <TimeRangePicker range={range} onChange={setRange} />
}

/** Chooses a time range: around the open incident, a length that ends now, yesterday, or start and end in the chosen zone. */
export function TimeRangePicker({ range, onChange }: { range: TimeRange; onChange: (range: RangeAddress) => void }) {
  const now = useNow()
  const zone = useZone()
  const { start, isIncident } = useUsualRange()
  const dayBefore = yesterday(now, zone)
  const choices: { value: string; name: string; words: string; range: RangeAddress }[] = [
    ...(isIncident
      ? [{ value: 'incident', name: 'incident', words: 'around the open incident', range: { from: null, to: null } }]
      : []),
    ...relativeLengths.map((length) => ({
      value: length,
      name: length,
      words: rangeWords({ ...range, relative: length }, zone, now),
      range: { from: length, to: null },
    })),
    { value: 'yesterday', name: 'yesterday', words: 'the whole day before today', range: dayBefore },
  ]
  const chosen =
    range.relative ??
    (isIncident && range.from === start && range.to === null ? 'incident' : null) ??
    (range.from === dayBefore.from && range.to === dayBefore.to ? 'yesterday' : null)
  return (
    <div className="flex max-w-full items-center gap-1 print:hidden">
      <IconButton label="Earlier" onClick={() => onChange(shifted(range, -1, now))}>
        <ChevronLeftIcon aria-hidden />
      </IconButton>
      <div className="flex min-w-0 flex-wrap rounded-md border border-line-strong bg-surface">
        <RadioGroup.Root
          aria-label="Time range"
          orientation="horizontal"
          value={chosen ?? ''}
          onValueChange={(value) => {
            const choice = choices.find((one) => one.value === value)
            if (choice) onChange(choice.range)
          }}
          className="flex"
        >
          {choices.map(({ value, name, words }) => (
            <RadioGroup.Item
              key={value}
              value={value}
              aria-label={`${name}: ${words}`}
              className={clsx(
                segment,
                'border-r first:rounded-l-md',
                chosen === value ? styles.chosen : styles.plain,
                value === 'yesterday' && 'max-sm:hidden',
              )}
            >
              {name}
            </RadioGroup.Item>
          ))}
        </RadioGroup.Root>
        <TwoMoments range={range} isChosen={chosen === null} onChange={onChange} />
      </div>
      <IconButton label="Later" disabled={range.to === null} onClick={() => onChange(shifted(range, 1, now))}>
        <ChevronRightIcon aria-hidden />
      </IconButton>
    </div>
  )
}

function TwoMoments({
  range,
  isChosen,
  onChange,
}: {
  range: TimeRange
  isChosen: boolean
  onChange: (range: RangeAddress) => void
}) {
  const [open, setOpen] = useState(false)
  const now = useNow()
  const zone = useZone()
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        className={clsx(segment, 'rounded-r-md', isChosen ? styles.chosen : styles.plain)}
        suppressHydrationWarning
      >
        {isChosen ? rangeWords(range, zone, now) : 'From … to …'}
      </Popover.Trigger>
      <PopoverPanel label="Custom time range" className="w-[min(17rem,calc(100vw-1rem))]">
        <MomentsForm
          range={range}
          onSubmit={(next) => {
            onChange(next)
            setOpen(false)
          }}
        />
      </PopoverPanel>
    </Popover.Root>
  )
}

function MomentsForm({ range, onSubmit }: { range: TimeRange; onSubmit: (range: RangeAddress) => void }) {
  const now = useNow()
  const [begin] = edgesOf(range, now)
  const [{ from, to }, setDraft] = useState<RangeAddress>(() => ({ from: new Date(begin).toISOString(), to: range.to }))
  const fault = rangeFault(from === null ? null : Date.parse(from), to === null ? null : Date.parse(to), now)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (fault === null) onSubmit({ from, to })
  }
  return (
    <form onSubmit={submit} className="grid gap-2.5">
      <MomentField label="From" value={from} onChange={(next) => setDraft({ from: next, to })} />
      <MomentField label="To, empty = now" value={to} onChange={(next) => setDraft({ from, to: next })} />
      <p role="status" className="min-h-4 text-xs text-ink-2">
        {fault}
      </p>
      <div className="flex justify-end gap-2">
        {to !== null && (
          <Button variant="quiet" onClick={() => setDraft({ from, to: null })}>
            Until now
          </Button>
        )}
        <Button variant="strong" type="submit" disabled={fault !== null}>
          Show
        </Button>
      </div>
    </form>
  )
}
