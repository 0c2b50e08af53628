'use client'

import { WHOLE_ESTATE, WHOLE_ESTATE_NAME } from '#lib/contract/vocabulary.ts'
import { useCircuits, useGateways } from '../data/index.ts'
import { SelectField } from './field.tsx'

/** Chooses one circuit or gateway, or all of them (null). */
export function ScopeSelect({
  scope,
  onChange,
  withWholeEstate = false,
}: {
  scope: string | null
  onChange: (scope: string | null) => void
  /** whether what is about all of them, and about none alone, can be chosen too */
  withWholeEstate?: boolean
}) {
  const circuits = useCircuits().data?.data ?? []
  const gateways = useGateways().data?.data ?? []
  const estate = withWholeEstate ? [{ id: WHOLE_ESTATE, name: WHOLE_ESTATE_NAME }] : []
  const named = [...estate, ...circuits, ...gateways]
  const known = scope === null || named.some(({ id }) => id === scope)
  return (
    <SelectField
      label="Scope"
      className="w-44"
      value={scope ?? ''}
      onChange={(event) => onChange(event.target.value || null)}
      options={[
        { value: '', label: 'Everything' },
        ...(known ? [] : [{ value: scope, label: scope }]),
        ...named.map(({ id, name }) => ({ value: id, label: name })),
      ]}
    />
  )
}
