'use client'

import { clsx } from 'clsx'
import { RadioGroup } from 'radix-ui'
import { uptimeLengths } from '../ui/preferences-values.ts'
import { useUptimeLength } from './use-uptime.ts'

/** Chooses how many days bars show, on every list and page. */
export function UptimeLengthChoice() {
  const [length, choose] = useUptimeLength()
  return (
    <RadioGroup.Root
      aria-label="Days of uptime"
      orientation="horizontal"
      value={String(length)}
      onValueChange={(value) => {
        const chosen = uptimeLengths.find((one) => String(one) === value)
        if (chosen) choose(chosen)
      }}
      className="flex rounded-md border border-line-strong bg-surface print:hidden"
    >
      {uptimeLengths.map((one) => (
        <RadioGroup.Item
          key={one}
          value={String(one)}
          aria-label={`${one} days of uptime`}
          className={clsx(
            'h-6.5 px-2 text-xs font-medium whitespace-nowrap -outline-offset-2 first:rounded-l-md first:border-r last:rounded-r-md',
            one === length ? 'bg-ink text-canvas' : 'text-ink-2 hover:bg-hover hover:text-ink',
          )}
        >
          {one} d
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  )
}
