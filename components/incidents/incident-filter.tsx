'use client'

import { ownerChoices, severityChoices } from '../events/event-filter.ts'
import { Button } from '../ui/button.tsx'
import { SelectField } from '../ui/field.tsx'
import { ScopeSelect } from '../ui/scope-select.tsx'
import { Toggles } from '../ui/toggles.tsx'

/** The filter of incidents in the page's address; lists have commas between, null = any. */
export interface IncidentFilter {
  scope: string | null
  severity: string | null
  owner: string | null
  acknowledged: 'yes' | 'no' | null
}

const anything: IncidentFilter = { scope: null, severity: null, owner: null, acknowledged: null }

/** Filters open and closed incidents; all filters apply together. */
export function IncidentFilterBar({
  filter,
  onChange,
}: {
  filter: IncidentFilter
  onChange: (change: Partial<IncidentFilter>) => void
}) {
  return (
    <div className="flex flex-wrap items-end gap-x-3 gap-y-2.5">
      <ScopeSelect scope={filter.scope} onChange={(scope) => onChange({ scope })} withWholeEstate />
      <Toggles
        label="Severity"
        choices={severityChoices}
        value={filter.severity}
        onChange={(severity) => onChange({ severity })}
      />
      <Toggles label="Owner" choices={ownerChoices} value={filter.owner} onChange={(owner) => onChange({ owner })} />
      <SelectField
        label="Acknowledged"
        className="w-28"
        value={filter.acknowledged ?? ''}
        onChange={({ target: { value } }) =>
          onChange({ acknowledged: value === 'yes' || value === 'no' ? value : null })
        }
        options={[
          { value: '', label: 'All' },
          { value: 'no', label: 'No' },
          { value: 'yes', label: 'Yes' },
        ]}
      />
      {Object.values(filter).some((value) => value !== null) && (
        <Button variant="quiet" onClick={() => onChange(anything)}>
          Clear
        </Button>
      )}
    </div>
  )
}
