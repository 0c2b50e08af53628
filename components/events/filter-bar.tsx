'use client'

import { clsx } from 'clsx'
import { useState } from 'react'
import { Button } from '../ui/button.tsx'
import { DraftField } from '../ui/draft-field.tsx'
import { MultiSelect } from '../ui/multi-select.tsx'
import { ScopeSelect } from '../ui/scope-select.tsx'
import { isChosen, type EventLogAddress, nothingChosen, ownerChoices, severityChoices } from './event-filter.ts'
import { KindPicker } from './kind-picker.tsx'

/** Filters the event log, in a line with the tools of its table; all filters apply together. */
export function FilterBar({
  address,
  onChange,
}: {
  address: EventLogAddress
  onChange: (change: Partial<EventLogAddress>) => void
}) {
  // on a narrow screen the filters would push the events off the screen
  const [wide, setWide] = useState(false)
  return (
    <>
      <DraftField
        label="Text"
        hideLabel
        search
        value={address.text}
        placeholder="name, address, cause"
        read={(text) => text}
        complaint=""
        onChange={(text) => onChange({ text })}
        className="w-40"
      />
      <Button className="sm:hidden" aria-expanded={wide} onClick={() => setWide(!wide)}>
        {isChosen(address) ? 'Filter (set)' : 'Filter'}
      </Button>
      <div className={clsx('flex-wrap items-end gap-2 sm:contents', wide ? 'flex' : 'hidden')}>
        <KindPicker value={address.kind} onChange={(kind) => onChange({ kind })} />
        <ScopeSelect hideLabel scope={address.scope} onChange={(scope) => onChange({ scope })} withWholeEstate />
        <MultiSelect
          label="Severity"
          choices={severityChoices}
          value={address.severity}
          onChange={(severity) => onChange({ severity })}
        />
        <MultiSelect
          label="Owner"
          choices={ownerChoices}
          value={address.owner}
          onChange={(owner) => onChange({ owner })}
        />
        <Button
          aria-pressed={address.parts === 'each'}
          className="aria-pressed:bg-ink aria-pressed:text-canvas"
          onClick={() => onChange({ parts: address.parts === 'each' ? null : 'each' })}
        >
          Child events
        </Button>
        {isChosen(address) && (
          <Button variant="quiet" onClick={() => onChange(nothingChosen)}>
            Clear
          </Button>
        )}
      </div>
    </>
  )
}
