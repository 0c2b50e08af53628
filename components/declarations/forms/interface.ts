import { parseArmId } from '#lib/contract/vocabulary.ts'
import type { DeclarationForm } from '../declaration-form.ts'

export const interfaceDeclarationForm: DeclarationForm<'interfaces'> = {
  list: 'interfaces',
  title: 'Network interfaces',
  one: 'network interface',
  note: 'effective routes are polled while the machine runs',
  empty:
    'Add a network interface in a subnet whose routes matter. Peerwatch then polls its effective routes, including system and user-defined routes.',
  whenRemoved: 'Its effective routes are no longer polled. Recorded routes are kept.',
  fields: [
    {
      name: 'interface',
      label: 'ARM id',
      kind: 'line',
      placeholder: '/subscriptions/…/providers/Microsoft.Network/networkInterfaces/NAME',
      wide: true,
    },
    { name: 'note', label: 'Note', kind: 'line', placeholder: 'what it stands for' },
  ],
  nameOf: (chosen) => parseArmId(chosen.interface)?.name ?? chosen.interface,
  wordsOf: (chosen) => [parseArmId(chosen.interface)?.resourceGroup ?? '', chosen.note].filter(Boolean),
}
