import { eventAreas, eventKindRecords, eventKindsByArea } from '#lib/contract/vocabulary.ts'
import ChevronDownIcon from 'lucide-react/icons/chevron-down'
import { useState } from 'react'
import { formatCountWithPlural } from '../format/quantity.ts'
import { Button } from '../ui/button.tsx'
import { CheckboxChoice } from '../ui/choice.tsx'
import { PopoverWithButton } from '../ui/overlay/lazy-overlays.tsx'
import { splitListParameter, toggleInListParameter } from '../ui/toggled-list.ts'

/**
 * Menu in which the user selects event kinds, one by one or by area.
 * @param value comma-separated list of kinds; null = any
 */
export function KindPicker({ value, onChange }: { value: string | null; onChange: (value: string | null) => void }) {
  const chosen = splitListParameter(value)
  const [search, setSearch] = useState('')
  const areas = found(search)
  const [first] = chosen
  const label =
    first === undefined
      ? 'Any'
      : chosen.length === 1
        ? (nameOf(first) ?? first)
        : formatCountWithPlural(chosen.length, 'kind')
  return (
    <PopoverWithButton
      onOpenChange={() => setSearch('')}
      trigger={
        <Button className="max-w-40 font-normal" aria-label={`Kind: ${label}`}>
          <span className="truncate">{first === undefined ? 'Kind' : label}</span>
          <ChevronDownIcon aria-hidden />
        </Button>
      }
      label="Kinds of events"
      align="start"
      className="max-h-[min(34rem,70vh)] w-[min(44rem,calc(100vw-1rem))] overflow-auto"
    >
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <input
          type="search"
          aria-label="Find a kind"
          placeholder="Find a kind"
          value={search}
          onChange={({ target }) => setSearch(target.value)}
          className="h-7 w-44 rounded-md border bg-surface px-2 text-sm"
        />
        <p className="text-xs text-ink-2">
          {chosen.length === 0 ? 'All kinds are shown.' : `${formatCountWithPlural(chosen.length, 'kind')} shown.`}
        </p>
        <Button variant="quiet" className="ml-auto" disabled={chosen.length === 0} onClick={() => onChange(null)}>
          Any kind
        </Button>
      </div>
      {areas.length === 0 && <p className="py-3 text-ink-2">No kind is called that.</p>}
      <div className="gap-x-6 sm:columns-2">
        {areas.map(({ area, kinds }) => (
          <fieldset key={area} className="mb-3 break-inside-avoid">
            <legend className="sr-only">{eventAreas[area]}</legend>
            <CheckboxChoice
              label={eventAreas[area]}
              isStrong
              checked={kinds.every((kind) => chosen.includes(kind))}
              onChange={() => onChange(toggleInListParameter(value, kinds))}
            />
            <div className="ml-4">
              {kinds.map((kind) => (
                <CheckboxChoice
                  key={kind}
                  label={eventKindRecords[kind].name}
                  title={eventKindRecords[kind].meaning}
                  checked={chosen.includes(kind)}
                  onChange={() => onChange(toggleInListParameter(value, [kind]))}
                />
              ))}
            </div>
          </fieldset>
        ))}
      </div>
    </PopoverWithButton>
  )
}

/** Returns the event kinds whose name or area contains the search text, by area. */
function found(search: string): typeof eventKindsByArea {
  const words = search.trim().toLowerCase()
  const has = (text: string) => text.toLowerCase().includes(words)
  return eventKindsByArea.flatMap(({ area, kinds }) => {
    const own = has(eventAreas[area]) ? kinds : kinds.filter((kind) => has(eventKindRecords[kind].name))
    return own.length > 0 ? [{ area, kinds: own }] : []
  })
}

const nameOf = (kind: string): string | undefined =>
  eventKindsByArea
    .flatMap(({ kinds }) => kinds)
    .flatMap((known) => (known === kind ? eventKindRecords[known].name : []))[0]
