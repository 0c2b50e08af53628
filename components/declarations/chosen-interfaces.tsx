import { useEndpoint } from '../data/index.ts'
import { interfaceForm } from './forms/interface.ts'
import { ListPanel } from './list-panel.tsx'

/** Lists the network interfaces that users chose for polling, with forms to add, change and remove interfaces. */
export function ChosenInterfaces() {
  const declarations = useEndpoint('declarations')
  return declarations.data ? <ListPanel form={interfaceForm} items={declarations.data.data.interfaces} /> : null
}
