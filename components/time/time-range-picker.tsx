'use client'

import { clsx } from 'clsx'
import ChevronLeftIcon from 'lucide-react/icons/chevron-left'
import ChevronRightIcon from 'lucide-react/icons/chevron-right'
import { Popover, RadioGroup } from 'radix-ui'
import { type FormEvent, useState } from 'react'
import { fromInputValue, toInputValue, zoneLabel } from '../format/instant.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { useNow } from '../ui/clock.tsx'
import { TextField } from '../ui/field.tsx'
import { PopoverPanel } from '../ui/popover-panel.tsx'
import { useZone } from '../ui/preferences.tsx'
import {
  edgesOf,
  type RangeAddress,
  rangeFault,
  rangeWords,
  relativeLengths,
  shifted,
  type TimeRange,
} from './range.ts'

const segment = 'h-7 px-1.5 text-xs font-medium whitespace-nowrap -outline-offset-2 sm:px-2'
const styles = { plain: 'text-ink-2 hover:bg-hover hover:text-ink', chosen: 'bg-ink text-canvas' }

/** Chooses a time range: a length that ends now, or start and end in the chosen zone. */
export function TimeRangePicker({ range, onChange }: { range: TimeRange; onChange: (range: RangeAddress) => void }) {
  const now = useNow()
  const zone = useZone()
  return (
    <div className="flex max-w-full items-center gap-1">
      <IconButton label="Earlier" onClick={() => onChange(shifted(range, -1, now))}>
        <ChevronLeftIcon aria-hidden />
      </IconButton>
      <div className="flex min-w-0 flex-wrap rounded-md border border-line-strong bg-surface">
        <RadioGroup.Root
          aria-label="Time range"
          orientation="horizontal"
          value={range.relative ?? ''}
          onValueChange={(from) => onChange({ from, to: null })}
          className="flex"
        >
          {relativeLengths.map((length) => (
            <RadioGroup.Item
              key={length}
              value={length}
              aria-label={`${length}: ${rangeWords({ ...range, relative: length }, zone, now)}`}
              className={clsx(
                segment,
                'border-r first:rounded-l-md',
                range.relative === length ? styles.chosen : styles.plain,
              )}
            >
              {length}
            </RadioGroup.Item>
          ))}
        </RadioGroup.Root>
        <TwoMoments range={range} onChange={onChange} />
      </div>
      <IconButton label="Later" disabled={range.to === null} onClick={() => onChange(shifted(range, 1, now))}>
        <ChevronRightIcon aria-hidden />
      </IconButton>
    </div>
  )
}

function TwoMoments({ range, onChange }: { range: TimeRange; onChange: (range: RangeAddress) => void }) {
  const [open, setOpen] = useState(false)
  const now = useNow()
  const zone = useZone()
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        className={clsx(segment, 'rounded-r-md', range.relative === null ? styles.chosen : styles.plain)}
        suppressHydrationWarning
      >
        {range.relative === null ? rangeWords(range, zone, now) : 'From … to …'}
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
  const zone = useZone()
  const now = useNow()
  const [from, to] = edgesOf(range, now)
  const [drafts, setDrafts] = useState(() => ({
    from: toInputValue(from, zone),
    to: range.to === null ? '' : toInputValue(to, zone),
  }))
  const begin = fromInputValue(drafts.from, zone)
  const end = drafts.to === '' ? null : fromInputValue(drafts.to, zone)
  const fault = rangeFault(begin, end, now)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (fault || begin === null) return
    onSubmit({ from: new Date(begin).toISOString(), to: end === null ? null : new Date(end).toISOString() })
  }
  const label = zoneLabel(now, zone)
  return (
    <form onSubmit={submit} className="grid gap-2.5">
      <TextField
        label={`From (${label})`}
        type="datetime-local"
        step={1}
        value={drafts.from}
        onChange={(event) => setDrafts({ ...drafts, from: event.target.value })}
      />
      <TextField
        label={`To (${label}); empty = now`}
        type="datetime-local"
        step={1}
        value={drafts.to}
        onChange={(event) => setDrafts({ ...drafts, to: event.target.value })}
      />
      <p role="status" className="min-h-4 text-xs text-ink-2">
        {fault}
      </p>
      <div className="flex justify-end gap-2">
        {drafts.to !== '' && (
          <Button variant="quiet" onClick={() => setDrafts({ ...drafts, to: '' })}>
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
