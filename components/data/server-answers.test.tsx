import { dehydrate, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { renderToString } from 'react-dom/server'
import { expect, it } from 'vitest'
import { ServerResponsesProvider } from './server-answers.tsx'
import { createEndpointQuery, useEndpointQuery } from './endpoint.ts'

const { queryKey } = createEndpointQuery('overview')

function Words() {
  const { data, isPending, error } = useEndpointQuery('overview')
  return isPending ? 'nothing yet' : error ? 'failed' : String(data)
}

const clientWith = (answer: string | null, at: number) => {
  const client = new QueryClient()
  if (answer !== null) client.setQueryData(queryKey, answer as never, { updatedAt: at })
  return client
}

// React uses the same snapshot during hydration
it.each([
  ['older than what the browser has read since', 'old', 'new', 'old'],
  ['all that there is', 'old', null, 'old'],
  ['not there in time, and read by the browser since', null, 'new', 'nothing yet'],
])('a part that is hydrated late is as the server drew it: its answer was %s', (_, drawn, read, words) => {
  const state = dehydrate(clientWith(drawn, 1_000))
  const html = renderToString(
    <QueryClientProvider client={clientWith(read, 2_000)}>
      <ServerResponsesProvider state={state}>
        <Words />
      </ServerResponsesProvider>
    </QueryClientProvider>,
  )
  expect(html).toBe(words)
})
