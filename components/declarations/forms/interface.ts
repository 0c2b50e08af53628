import { parseArmId } from '#lib/contract/vocabulary.ts'
import type { Form } from '../form.ts'

export const interfaceForm: Form<'interfaces'> = {
  list: 'interfaces',
  title: 'Network interfaces',
  one: 'network interface',
  note: 'effective routes are polled while the machine runs',
  empty:
    'Add a network interface of a subnet whose routes matter: Azure has its effective routes, with system and user-defined ones.',
  whenRemoved: 'Its effective routes are no longer polled. What was read stays.',
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
