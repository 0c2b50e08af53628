import { dehydrate, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { AppRouterContext } from 'next/dist/shared/lib/app-router-context.shared-runtime'
import { NuqsTestingAdapter } from 'nuqs/adapters/testing'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { createEndpointQuery } from '../data/endpoint.ts'
import { ServerResponsesProvider } from '../data/server-answers.tsx'
import { PageSelectionProvider } from '../links/page-selection-provider.tsx'
import { ClockProvider } from '../ui/times/page-clock.tsx'
import { BeforeIncident } from './before-incident.tsx'
import { testIncident, testMinuteIso } from './testing.ts'

const incident = testIncident({ openedAt: testMinuteIso(3) })

/** Draws the page at a time at which the API does not know the incident, which began from 03:01 to 03:02. */
function draw(at: string) {
  const client = new QueryClient()
  const query = createEndpointQuery('incidents/{id}', { id: 'i1', at: null })
  client.setQueryData(query.queryKey, { data: incident, freshness: { state: 'fresh' } } as never)
  return renderToStaticMarkup(
    <NuqsTestingAdapter searchParams={{ at }}>
      <QueryClientProvider client={client}>
        <PageSelectionProvider search={`at=${at}`} customer={null} asOf={at}>
          <ClockProvider renderedAt={Date.parse(testMinuteIso(60))} isStanding>
            <ServerResponsesProvider state={dehydrate(client)}>
              <AppRouterContext value={{} as never}>
                <BeforeIncident id="i1" at={at} />
              </AppRouterContext>
            </ServerResponsesProvider>
          </ClockProvider>
        </PageSelectionProvider>
      </QueryClientProvider>
    </NuqsTestingAdapter>,
  )
}

const textOf = (html: string) => html.replaceAll(/<[^>]*>/g, '')

it('gives the start of an incident that began after the shown time, with links to its opening and to now', () => {
  const drawn = draw(testMinuteIso(0))
  expect(textOf(drawn)).toContain('This incident began between 03:01:00 and 03:02:00 UTC, after the shown time.')
  expect(drawn).toContain(`href="/incidents/i1?at=${encodeURIComponent(testMinuteIso(3))}"`)
  expect(textOf(drawn)).toContain('Show the incident now')
})

it('does not place the start after a shown time at which the incident was only not detected yet', () => {
  const text = textOf(draw(testMinuteIso(1.5)))
  expect(text).toContain('At the shown time, Peerwatch had not detected the incident yet.')
  expect(text).not.toContain('after the shown time')
})
