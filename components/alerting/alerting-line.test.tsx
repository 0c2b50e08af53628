import { dehydrate, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { AppRouterContext } from 'next/dist/shared/lib/app-router-context.shared-runtime'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { ServerAnswersProvider } from '../data/drawn-page.tsx'
import { createEndpointQuery } from '../data/endpoint.ts'
import { AlertingLine } from './alerting-line.tsx'

const { queryKey } = createEndpointQuery('alerting')
const UNRECEIVED = 'Alerting reaches nobody: add a channel'

function draw(proof: object) {
  const client = new QueryClient()
  client.setQueryData(queryKey, { data: { proof, channels: [], screens: [] } } as never)
  return renderToStaticMarkup(
    <QueryClientProvider client={client}>
      <ServerAnswersProvider state={dehydrate(client)}>
        <AppRouterContext value={{} as never}>
          <AlertingLine />
        </AppRouterContext>
      </ServerAnswersProvider>
    </QueryClientProvider>,
  )
}

it.each(['proved', 'off'])('a proof that is %s links to the channels while no channel receives incidents', (state) => {
  const drawn = draw({ state, isReceived: false, words: UNRECEIVED })
  expect(drawn).toMatch(new RegExp(`href="/settings\\?tab=notifications"[^>]*>${UNRECEIVED}<`))
})

it('a proof that a channel receives is shown as it is', () => {
  expect(draw({ state: 'proved', isReceived: true, words: 'Alerting proved just now' })).toContain(
    '>Alerting proved just now<',
  )
})
