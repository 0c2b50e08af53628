import { ownerChoices, severityChoices } from '../events/event-filter.ts'
import { KindPicker } from '../events/kind-picker.tsx'
import { Button } from '../ui/button.tsx'
import { SelectField } from '../ui/field.tsx'
import { MultiSelect } from '../ui/multi-select.tsx'
import { PhoneFilters } from '../ui/phone-filters.tsx'
import { ResourceSelect } from '../ui/scope-select.tsx'

type YesOrNo = 'yes' | 'no'

/**
 * Filter of the list of incidents. It is stored in the page's URL. Several values in a field are separated by commas;
 * null = any.
 */
type IncidentFilter = Record<'scope' | 'severity' | 'owner' | 'kind' | 'assignee', string | null> &
  Record<'acknowledged' | 'assigned', YesOrNo | null> & { state: 'open' | 'closed' | null }

const anything: IncidentFilter = {
  state: null,
  scope: null,
  severity: null,
  owner: null,
  kind: null,
  acknowledged: null,
  assigned: null,
  assignee: null,
}

/**
 * Prefix of the option values that are names in the assignment field. It distinguishes a name such as "no" from the
 * other options, one of which has the value "no".
 */
const TO = 'to '

/** Options of the state field, each with the filter that it sets. */
const STATES: { value: string; label: string; filter: Pick<IncidentFilter, 'state' | 'acknowledged'> }[] = [
  { value: '', label: 'Any state', filter: { state: null, acknowledged: null } },
  { value: 'open', label: 'Open', filter: { state: 'open', acknowledged: null } },
  { value: 'no', label: 'Unacknowledged', filter: { state: 'open', acknowledged: 'no' } },
  { value: 'yes', label: 'Acknowledged', filter: { state: null, acknowledged: 'yes' } },
  { value: 'closed', label: 'Closed', filter: { state: 'closed', acknowledged: null } },
]

/** Filters of the list of incidents, in one line. The list contains the incidents that match all filters. */
export function IncidentFilterBar({
  filter,
  names,
  onChange,
}: {
  filter: IncidentFilter
  /** names of people and teams to choose from */
  names: readonly string[]
  onChange: (change: Partial<IncidentFilter>) => void
}) {
  const isSet = Object.values(filter).some((value) => value !== null)
  return (
    <div data-choices className="flex flex-wrap items-end gap-2">
      <SelectField
        label="State"
        hideLabel
        className="w-38"
        value={filter.acknowledged ?? filter.state ?? ''}
        onChange={({ target: { value } }) => onChange(STATES.find((one) => one.value === value)?.filter ?? {})}
        options={STATES}
      />
      <PhoneFilters isSet={isSet}>
        <MultiSelect
          label="Severity"
          choices={severityChoices}
          value={filter.severity}
          onChange={(severity) => onChange({ severity })}
        />
        <KindPicker value={filter.kind} onChange={(kind) => onChange({ kind })} />
        <MultiSelect
          label="Owner"
          choices={ownerChoices}
          value={filter.owner}
          onChange={(owner) => onChange({ owner })}
        />
        <ResourceSelect hideLabel scope={filter.scope} onChange={(scope) => onChange({ scope })} withWholeEstate />
        <SelectField
          label="Assigned to"
          hideLabel
          className="w-36"
          value={filter.assignee === null ? (filter.assigned ?? '') : `${TO}${filter.assignee}`}
          onChange={({ target: { value } }) =>
            onChange({
              assigned: value === 'yes' || value === 'no' ? value : null,
              assignee: value.startsWith(TO) ? value.slice(TO.length) : null,
            })
          }
          options={[
            { value: '', label: 'Assigned to' },
            { value: 'no', label: 'Nobody' },
            { value: 'yes', label: 'Anybody' },
            ...[...new Set([...(filter.assignee === null ? [] : [filter.assignee]), ...names])].map((name) => ({
              value: `${TO}${name}`,
              label: name,
            })),
          ]}
        />
        {isSet && (
          <Button variant="quiet" onClick={() => onChange(anything)}>
            Clear
          </Button>
        )}
      </PhoneFilters>
    </div>
  )
}
