'use client'

import { useCircuits, useGateways } from '../data/index.ts'
import { SelectField } from './field.tsx'

/** Chooses one circuit or gateway, or all of them (null). */
export function ScopeSelect({ scope, onChange }: { scope: string | null; onChange: (scope: string | null) => void }) {
  const circuits = useCircuits().data?.data ?? []
  const gateways = useGateways().data?.data ?? []
  const named = [...circuits, ...gateways]
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
