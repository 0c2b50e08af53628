import { useEndpoint } from '../data/index.ts'
import { interfaceForm } from './forms/interface.ts'
import { ListPanel } from './list-panel.tsx'

/** Lists the network interfaces that are polled; they are added, changed and removed in place. */
export function ChosenInterfaces() {
  const declarations = useEndpoint('declarations')
  return declarations.data ? <ListPanel form={interfaceForm} items={declarations.data.data.interfaces} /> : null
}
