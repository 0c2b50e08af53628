import { dehydrate, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { ServerResponsesProvider } from '../data/server-answers.tsx'
import { EventCauses } from '../events/evidence.tsx'
import { PageSelectionProvider } from '../links/page-selection-provider.tsx'
import { IncidentSummarySection } from './incident-summary.tsx'
import { testEvent, testIncidentDetail, testMinuteIso } from './testing.ts'

const ADVICE = 'Ask Equinix for the link of this path.'
const event = testEvent({ id: 'p', kind: 'path_down' })

/** Draws a part of an incident's page without any response of the server. */
function draw(part: ReactNode) {
  const client = new QueryClient()
  return renderToStaticMarkup(
    <QueryClientProvider client={client}>
      <PageSelectionProvider search="" customer={null} asOf={null}>
        <ServerResponsesProvider state={dehydrate(client)}>{part}</ServerResponsesProvider>
      </PageSelectionProvider>
    </QueryClientProvider>,
  )
}

it('shows the advice as an order only while the incident is ongoing', () => {
  const summary = (endedBetween: [string, string] | null) =>
    draw(<IncidentSummarySection incident={testIncidentDetail([event], { state: 'open', endedBetween })} />)
  const order = `font-medium max-sm:text-sm">${ADVICE}`
  expect(summary(null)).toContain(order)
  const recovered = summary([testMinuteIso(8), testMinuteIso(9)])
  expect(recovered).not.toContain(order)
  expect(recovered).toContain(`Advice while it was ongoing: ${ADVICE}`)
})

it('does not predict the closing of a recovered incident while its polls are late', () => {
  const summary = (unverifiedSince: string | null) =>
    draw(<IncidentSummarySection incident={testIncidentDetail([event], { state: 'open', unverifiedSince })} />)
  expect(summary(null)).toContain('closes once it stays up')
  const late = summary(testMinuteIso(10))
  expect(late).toContain('its polls are late')
  expect(late).not.toContain('closes once it stays up')
})

it('refers to the summary in a cause whose advice the summary shows', () => {
  const causes = (advice: string) => draw(<EventCauses causes={event.causes} shownAdvice={advice} />)
  expect(causes(ADVICE)).toContain('The advice is in the summary of this page.')
  expect(causes(ADVICE)).not.toContain(ADVICE)
  expect(causes('Other advice.')).toContain(ADVICE)
})
