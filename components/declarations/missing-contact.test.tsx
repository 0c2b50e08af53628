import { dehydrate, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { createEndpointQuery } from '../data/endpoint.ts'
import { ServerResponsesProvider } from '../data/server-answers.tsx'
import { PageSelectionProvider } from '../links/page-selection-provider.tsx'
import { MissingContact } from './missing-contact.tsx'
import { testEvent, testIncident } from '../incidents/testing.ts'

const open = testIncident({ state: 'open', endedBetween: null })
const card = { scope: 'c1', part: '', displayName: '', serviceId: '', contact: 'NOC 555', runbookUrl: '', note: '' }

/** Draws the note on an incident while the given contact cards are declared; null = they are not loaded yet. */
function draw(incident: typeof open, cards: readonly object[] | null) {
  const client = new QueryClient()
  if (cards) client.setQueryData(createEndpointQuery('declarations').queryKey, { data: { cards } } as never)
  return renderToStaticMarkup(
    <QueryClientProvider client={client}>
      <PageSelectionProvider search="" customer={null} asOf={null}>
        <ServerResponsesProvider state={dehydrate(client)}>
          <MissingContact incident={incident} />
        </ServerResponsesProvider>
      </PageSelectionProvider>
    </QueryClientProvider>,
  )
}

it('names a missing contact of an owner who must be called, with a button to declare it', () => {
  const drawn = draw(open, [])
  expect(drawn).toContain('no contact declared.')
  expect(drawn).toContain('Add contact &amp; runbook to ckt-lon')
})

it('counts a card without a contact as missing, and a contact of the path as declared', () => {
  expect(draw(open, [{ ...card, contact: '' }])).toContain('no contact declared')
  expect(draw(open, [{ ...card, part: 'primary' }])).toBe('')
})

it.each([
  ['a contact is declared', draw(open, [card])],
  ['the declarations are not loaded', draw(open, null)],
  ['the incident is closed', draw(testIncident(), [])],
  [
    'nobody has to be called',
    draw({ ...open, cause: { ...testEvent({ id: 'p', kind: 'path_down' }).cause, owner: 'own_change' } }, []),
  ],
])('shows nothing if %s', (_, drawn) => expect(drawn).toBe(''))
