import { useEndpoint } from '../data/index.ts'
import { interfaceForm } from './forms/interface.ts'
import { ListPanel } from './list-panel.tsx'

/** Which network interfaces are polled: chosen, changed and removed in place. */
export function ChosenInterfaces() {
  const declarations = useEndpoint('declarations')
  return declarations.data ? <ListPanel form={interfaceForm} items={declarations.data.data.interfaces} /> : null
}
