'use client'

import { RadioGroup } from 'radix-ui'
import { type TicketReader, ticketReaders } from './ticket-text.ts'

const readerWords: Record<TicketReader, string> = { provider: 'For the provider', microsoft: 'For Microsoft' }

/** For whom a ticket is. */
export const ReaderChoice = ({
  reader,
  onChange,
}: {
  reader: TicketReader
  onChange: (reader: TicketReader) => void
}) => <Choice label="Reader" options={ticketReaders} words={readerWords} value={reader} onChange={onChange} />

/** One of a few, beside each other. */
export function Choice<Option extends string>({
  label,
  options,
  words,
  value,
  onChange,
}: {
  label: string
  options: readonly Option[]
  words: Record<Option, string>
  value: Option
  onChange: (option: Option) => void
}) {
  return (
    <RadioGroup.Root
      aria-label={label}
      orientation="horizontal"
      value={value}
      onValueChange={(chosen) => {
        const known = options.find((option) => option === chosen)
        if (known) onChange(known)
      }}
      className="flex w-fit rounded-md border border-line-strong"
    >
      {options.map((one) => (
        <RadioGroup.Item
          key={one}
          value={one}
          className="h-7 px-2.5 text-xs font-medium text-ink-2 -outline-offset-2 first:rounded-l-md last:rounded-r-md hover:bg-hover hover:text-ink data-[state=checked]:bg-ink data-[state=checked]:text-canvas"
        >
          {words[one]}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  )
}
