import type { DeclarationForm } from '../declaration-form.ts'
import { type FormDraft, readDraftText, createNameOptions } from '../../schema-form/form-fields.ts'

export const siteDeclarationForm: DeclarationForm<'sites'> = {
  list: 'sites',
  title: 'Sites',
  one: 'site',
  note: 'address ranges of a location and its home circuit',
  empty:
    'Name a data centre or branch with its address ranges, to get outages reported by site name and to detect traffic that enters over another circuit.',
  whenRemoved:
    'Outages are no longer reported by its name, and traffic that enters over another circuit is not detected for its prefixes.',
  fields: [
    { name: 'name', label: 'Name', kind: 'line', placeholder: 'DC-A' },
    {
      name: 'home',
      label: 'Home circuit',
      kind: 'choice',
      options: ({ circuits }) => [{ value: '', label: 'None' }, ...createNameOptions(circuits)],
    },
    {
      name: 'prefixes',
      label: 'Prefixes',
      hint: 'One per line. An address belongs to one site only.',
      kind: 'long',
      placeholder: '10.10.0.0/16',
    },
    {
      name: 'routers',
      label: 'Routers',
      hint: 'One per line, with the addresses that the edge routers see: ce-1: 172.16.0.1, 172.16.0.5',
      kind: 'long',
      placeholder: 'ce-1: 172.16.0.1, 172.16.0.5',
    },
  ],
  draftOf: (site) => ({
    routers: site?.routers.map(({ name, addresses }) => `${name}: ${addresses.join(', ')}`).join('\n') ?? '',
  }),
  itemOf: (draft) => ({ routers: routersOf(draft) }),
  nameOf: ({ name }) => name,
  wordsOf: ({ prefixes, home, routers }, { nameOf }) => [
    prefixes.length > 0 ? prefixes.join(', ') : 'no prefixes yet',
    home ? `home ${nameOf(home)}` : 'no home circuit',
    ...(routers.length > 0 ? [`routers ${routers.map(({ name }) => name).join(', ')}`] : []),
  ],
}

/**
 * Parses the lines of the form that declare routers. A line contains a name, a colon and addresses; without a colon,
 * the router has no known addresses.
 */
function routersOf(draft: FormDraft) {
  return readDraftText(draft, 'routers')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const [name = '', ...rest] = line.split(':')
      // only the first colon separates the name, because an IPv6 address contains colons
      const addresses = rest.join(':').split(',')
      return { name, addresses: addresses.map((address) => address.trim()).filter(Boolean) }
    })
}
