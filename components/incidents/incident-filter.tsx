'use client'

import { ownerChoices, severityChoices } from '../events/event-filter.ts'
import { Button } from '../ui/button.tsx'
import { SelectField } from '../ui/field.tsx'
import { ScopeSelect } from '../ui/scope-select.tsx'
import { Toggles } from '../ui/toggles.tsx'

/** The filter of incidents in the page's address; lists have commas between, null = any. */
type IncidentFilter = Record<'scope' | 'severity' | 'owner' | 'assignee', string | null> &
  Record<'acknowledged' | 'assigned', 'yes' | 'no' | null>

const anything: IncidentFilter = {
  scope: null,
  severity: null,
  owner: null,
  acknowledged: null,
  assigned: null,
  assignee: null,
}

/** Before a name in the list: a person may be called "no". */
const TO = 'to '

/** Filters open and closed incidents; all filters apply together. */
export function IncidentFilterBar({
  filter,
  assignees,
  onChange,
}: {
  filter: IncidentFilter
  /** names to choose from */
  assignees: readonly string[]
  onChange: (change: Partial<IncidentFilter>) => void
}) {
  return (
    <div data-choices className="flex flex-wrap items-end gap-x-2 gap-y-2.5">
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
        className="w-24"
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
      <SelectField
        label="Assigned to"
        className="w-28"
        value={filter.assignee === null ? (filter.assigned ?? '') : `${TO}${filter.assignee}`}
        onChange={({ target: { value } }) =>
          onChange({
            assigned: value === 'yes' || value === 'no' ? value : null,
            assignee: value.startsWith(TO) ? value.slice(TO.length) : null,
          })
        }
        options={[
          { value: '', label: 'All' },
          { value: 'no', label: 'Nobody' },
          { value: 'yes', label: 'Anybody' },
          ...[...new Set([...(filter.assignee === null ? [] : [filter.assignee]), ...assignees])].map((name) => ({
            value: `${TO}${name}`,
            label: name,
          })),
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
