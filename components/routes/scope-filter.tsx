import { parseAsString, useQueryStates } from 'nuqs'
import { ScopeSelect } from '../ui/scope-select.tsx'

/** Selects the circuit or gateway in the page's address, and resets the cursor. */
export function ScopeFilter() {
  const [{ scope }, setAddress] = useQueryStates({ scope: parseAsString, cursor: parseAsString }, { history: 'push' })
  return <ScopeSelect scope={scope} onChange={(value) => void setAddress({ scope: value, cursor: null })} />
}
