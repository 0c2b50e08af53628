'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { ScopeSelect } from '../ui/scope-select.tsx'

/** Chooses the circuit or gateway that the page's address names. A cursor belongs to another question. */
export function ScopeFilter() {
  const [{ scope }, setAddress] = useQueryStates({ scope: parseAsString, cursor: parseAsString }, { history: 'push' })
  return <ScopeSelect scope={scope} onChange={(value) => void setAddress({ scope: value, cursor: null })} />
}
