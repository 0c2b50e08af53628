'use client'

import { clsx } from 'clsx'
import ChevronLeftIcon from 'lucide-react/icons/chevron-left'
import ChevronRightIcon from 'lucide-react/icons/chevron-right'
import { Popover, RadioGroup } from 'radix-ui'
import { type FormEvent, useState } from 'react'
import { Button, IconButton } from '../ui/button.tsx'
import { useRealNow } from '../ui/times/clock.tsx'
import { PopoverPanel } from '../ui/popover-panel.tsx'
import { useZone } from '../ui/preferences.tsx'
import { MomentField } from './moment-field.tsx'
import {
  edgesOf,
  lastWeek,
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

const segment = 'h-7 min-w-6 px-1 text-xs font-medium whitespace-nowrap -outline-offset-2 sm:px-2'
const styles = { plain: 'text-ink-2 hover:bg-hover hover:text-ink', chosen: 'bg-ink text-canvas' }

/** The one time range control of a page, for all of its charts. */
export function RangeControl() {
  const { range, setRange } = useTimeRange()
  return <TimeRangePicker range={range} onChange={setRange} />
}

/** A choice of the control; `isCalendar`: of whole days, which have room on a phone and beside the tabs of a resource only above start and end. */
interface Choice {
  value: string
  name: string
  words: string
  range: RangeAddress
  isCalendar?: boolean
}

/** Chooses a time range: around the open incident, a length that ends now, yesterday, last week, or start and end in the chosen zone. */
export function TimeRangePicker({ range, onChange }: { range: TimeRange; onChange: (range: RangeAddress) => void }) {
  const now = useRealNow()
  const zone = useZone()
  const { start, isIncident } = useUsualRange()
  const dayBefore = yesterday(now, zone)
  const weekBefore = lastWeek(now, zone)
  const isRange = ({ from, to }: { from: string; to: string }) => range.from === from && range.to === to
  const choices: Choice[] = [
    ...(isIncident
      ? [{ value: 'incident', name: 'incident', words: 'around the open incident', range: { from: null, to: null } }]
      : []),
    ...relativeLengths.map((length) => ({
      value: length,
      name: length,
      words: rangeWords({ ...range, relative: length }, zone, now),
      range: { from: length, to: null },
    })),
    { value: 'yesterday', name: 'yesterday', words: 'the whole day before today', range: dayBefore, isCalendar: true },
    {
      value: 'last-week',
      name: 'last week',
      words: 'Monday to Sunday of the week before this one',
      range: weekBefore,
      isCalendar: true,
    },
  ]
  const chosen =
    range.relative ??
    (isIncident && range.from === start && range.to === null ? 'incident' : null) ??
    (isRange(dayBefore) ? 'yesterday' : null) ??
    (isRange(weekBefore) ? 'last-week' : null)
  return (
    <div className="flex max-w-full items-center gap-1 print:hidden">
      <IconButton label="Earlier" onClick={() => onChange(shifted(range, -1, now, zone))}>
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
          {choices.map(({ value, name, words, isCalendar }) => (
            <RadioGroup.Item
              key={value}
              value={value}
              aria-label={`${name}: ${words}`}
              className={clsx(
                segment,
                'border-r first:rounded-l-md',
                chosen === value ? styles.chosen : styles.plain,
                isCalendar && 'max-sm:hidden @max-[76rem]/beside-tabs:hidden',
              )}
            >
              {name}
            </RadioGroup.Item>
          ))}
        </RadioGroup.Root>
        <TwoMoments
          range={range}
          isChosen={chosen === null}
          calendar={choices.filter(({ isCalendar }) => isCalendar)}
          onChange={onChange}
        />
      </div>
      <IconButton label="Later" disabled={range.to === null} onClick={() => onChange(shifted(range, 1, now, zone))}>
        <ChevronRightIcon aria-hidden />
      </IconButton>
    </div>
  )
}

function TwoMoments({
  range,
  isChosen,
  calendar,
  onChange,
}: {
  range: TimeRange
  isChosen: boolean
  calendar: readonly Choice[]
  onChange: (range: RangeAddress) => void
}) {
  const [open, setOpen] = useState(false)
  const now = useRealNow()
  const zone = useZone()
  const choose = (next: RangeAddress) => {
    onChange(next)
    setOpen(false)
  }
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        className={clsx(segment, 'rounded-r-md', isChosen ? styles.chosen : styles.plain)}
        suppressHydrationWarning
      >
        {isChosen ? rangeWords(range, zone, now) : 'custom'}
      </Popover.Trigger>
      <PopoverPanel label="Custom time range" className="w-[min(17rem,calc(100vw-1rem))]">
        <div className="mb-2.5 flex gap-2">
          {calendar.map(({ value, name, words, range: days }) => (
            <Button key={value} aria-label={`${name}: ${words}`} onClick={() => choose(days)}>
              {name}
            </Button>
          ))}
        </div>
        <MomentsForm range={range} onSubmit={choose} />
      </PopoverPanel>
    </Popover.Root>
  )
}

function MomentsForm({ range, onSubmit }: { range: TimeRange; onSubmit: (range: RangeAddress) => void }) {
  const now = useRealNow()
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
