import { QueryClient, QueryClientProvider, type QueryKey } from '@tanstack/react-query'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { createEndpointQuery } from '../data/index.ts'
import { useCustomerNames } from './use-customer-names.ts'

function Names({ sent }: { sent: readonly string[] | null }) {
  return <p>{useCustomerNames(sent).join(', ')}</p>
}

it.each([
  ['those that the page was sent with', ['Contoso'], 'Contoso'],
  ['none, where there are none', [], ''],
  ['those of the API, where the server did not know them in time', null, 'Alpha, Bravo'],
])('are %s', (_, sent, words) => {
  const client = new QueryClient()
  const queryKey: QueryKey = createEndpointQuery('customers').queryKey
  // the last row is for resources without a customer
  client.setQueryData(queryKey, {
    data: [{ name: 'Alpha' }, { name: 'Bravo' }, { name: null }],
  })
  const drawn = renderToStaticMarkup(
    <QueryClientProvider client={client}>
      <Names sent={sent} />
    </QueryClientProvider>,
  )
  expect(drawn).toBe(`<p>${words}</p>`)
})
