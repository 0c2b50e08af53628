import { dehydrate, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { AppRouterContext } from 'next/dist/shared/lib/app-router-context.shared-runtime'
import { NuqsTestingAdapter } from 'nuqs/adapters/testing'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import type { Circuit } from '#lib/circuits/api/index.ts'
import { createEndpointQuery } from '../data/endpoint.ts'
import { ServerResponsesProvider } from '../data/server-answers.tsx'
import { createOpenIncidentsQuery, createRecentIncidentsQuery } from '../incidents/incident-queries.ts'
import { testIncident, testMinuteIso } from '../incidents/testing.ts'
import { PageSelectionProvider } from '../links/page-selection-provider.tsx'
import { ClockProvider } from '../ui/times/page-clock.tsx'
import { CircuitCurrentState } from './circuit-current-state.tsx'

const circuit = { id: 'c1', name: 'ckt-lon', redundancy: 'reduced', paths: [], peerings: [] } as unknown as Circuit

/** Verdict about the loss of the circuit, as the API returns it. */
const failover = {
  circuitId: 'c1',
  circuitName: 'ckt-lon',
  effect: { cutOff: 0, internet: 0, defaultOnly: 0, failOver: 5, fewerPaths: 0, unknown: 0, unread: [] },
  move: null,
  lastTest: null,
  checks: { passed: 1, all: 1, notEvaluated: 0 },
  nextWork: null,
}

/** Returns the positions of the incident and of the verdict about a loss on a circuit's page. */
function draw(
  open: readonly ReturnType<typeof testIncident>[],
  lastKnownAt: string | null = null,
  fields: Partial<Circuit> = {},
) {
  const client = new QueryClient()
  const set = (query: ReturnType<typeof createOpenIncidentsQuery | typeof createRecentIncidentsQuery>, data: unknown) =>
    client.setQueryData(createEndpointQuery('incidents', query).queryKey, { data } as never)
  set(createOpenIncidentsQuery('c1'), open)
  set(createRecentIncidentsQuery('c1'), [])
  client.setQueryData(createEndpointQuery('resilience/failovers').queryKey, {
    data: [{ ...failover, lastKnownAt }],
  } as never)
  const drawn = renderToStaticMarkup(
    <NuqsTestingAdapter>
      <QueryClientProvider client={client}>
        <PageSelectionProvider search="" customer={null} asOf={null}>
          <ClockProvider renderedAt={Date.parse(testMinuteIso(5))} isStanding>
            <ServerResponsesProvider state={dehydrate(client)}>
              <AppRouterContext value={{} as never}>
                <CircuitCurrentState circuit={{ ...circuit, ...fields }} series={{ sessions: [] } as never} />
              </AppRouterContext>
            </ServerResponsesProvider>
          </ClockProvider>
        </PageSelectionProvider>
      </QueryClientProvider>
    </NuqsTestingAdapter>,
  )
  return {
    verdict: drawn.indexOf('If this fails'),
    open: drawn.indexOf('aria-label="Open incident"'),
    last: drawn.indexOf('Last incidents'),
    drawn,
  }
}

it('shows an open incident before the verdict about a future loss', () => {
  const { open, verdict } = draw([testIncident({ state: 'open', endedBetween: null })])
  expect(open).toBeGreaterThan(-1)
  expect(verdict).toBeGreaterThan(open)
})

it('shows the verdict before the last incidents at rest', () => {
  const { open, verdict, last } = draw([])
  expect(open).toBe(-1)
  expect(verdict).toBeGreaterThan(-1)
  expect(last).toBeGreaterThan(verdict)
})

it('shows the verdict as last known while the route tables are late', () => {
  expect(draw([]).drawn).toContain('data-effect="known"')
  const { drawn } = draw([], testMinuteIso(2))
  expect(drawn).toContain('data-effect="unknown"')
  expect(drawn).toContain('last known at 03:02:00 UTC')
})

it.each([
  ['Down now', null],
  ['Down when it was last polled', testMinuteIso(2)],
])('a circuit without a path shows what is lost and no simulation: %s', (title, unconfirmedSince) => {
  const incident = testIncident({ state: 'open', endedBetween: null })
  const { drawn } = draw([incident], null, { redundancy: 'no_path', unconfirmedSince })
  const block = drawn.slice(drawn.indexOf(title))
  expect(drawn).toContain(title)
  expect(block).toContain(incident.impact.summary)
  expect(block).toContain('never tested')
  for (const absent of ['If this fails', 'Simulate', 'data-effect']) expect(drawn).not.toContain(absent)
})
