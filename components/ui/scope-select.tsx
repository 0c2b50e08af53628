import { useContext } from 'react'
import { WHOLE_ESTATE, WHOLE_ESTATE_NAME } from '#lib/contract/vocabulary.ts'
import { useEndpointQuery } from '../data/index.ts'
import { SnapshotNamesContext } from '../links/page-selection-provider.tsx'
import { SelectField } from './field.tsx'

/** Select field that limits a page to one circuit or gateway. A null value means all of them. */
export function ResourceSelect({
  scope,
  onChange,
  withWholeEstate = false,
  more = [],
  hideLabel = false,
}: {
  scope: string | null
  onChange: (scope: string | null) => void
  /** whether to offer the whole estate (everything that is monitored) as a separate choice */
  withWholeEstate?: boolean
  /** further resources that can be chosen, listed after the gateways */
  more?: readonly { id: string; name: string }[]
  hideLabel?: boolean
}) {
  const circuits = useEndpointQuery('circuits').data?.data ?? []
  const gateways = useEndpointQuery('gateways').data?.data ?? []
  const kept = useContext(SnapshotNamesContext)
  const estate = withWholeEstate ? [{ id: WHOLE_ESTATE, name: WHOLE_ESTATE_NAME }] : []
  const named = [...estate, ...circuits, ...gateways, ...more]
  const known = scope === null || named.some(({ id }) => id === scope)
  return (
    <SelectField
      label="Scope"
      hideLabel={hideLabel}
      className="w-44"
      value={scope ?? ''}
      onChange={(event) => onChange(event.target.value || null)}
      options={[
        { value: '', label: hideLabel ? 'Circuit or gateway' : 'All' },
        ...(known ? [] : [{ value: scope, label: kept?.[scope] ?? scope }]),
        ...named.map(({ id, name }) => ({ value: id, label: name })),
      ]}
    />
  )
}
