import { useEndpointQuery } from '../data/index.ts'
import { interfaceDeclarationForm } from './forms/interface.ts'
import { DeclarationListPanel } from './list-panel.tsx'

/** Lists the network interfaces that users chose for polling, with forms to add, change and remove interfaces. */
export function PolledInterfaceChoices() {
  const declarations = useEndpointQuery('declarations')
  return declarations.data ? (
    <DeclarationListPanel form={interfaceDeclarationForm} items={declarations.data.data.interfaces} />
  ) : null
}
