import { dehydrate, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { AppRouterContext } from 'next/dist/shared/lib/app-router-context.shared-runtime'
import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { STOPPED_POLLS_NEXT_STEP } from '#lib/contract/words/stopped-polls.ts'
import { createEndpointQuery } from '../data/endpoint.ts'
import { ServerResponsesProvider } from '../data/server-answers.tsx'
import { EventCauses } from '../events/evidence.tsx'
import { PageSelectionProvider } from '../links/page-selection-provider.tsx'
import { IncidentSummarySection } from './incident-summary.tsx'
import { testEvent, testIncidentDetail, testMinuteIso } from './testing.ts'

const ADVICE = 'Ask Equinix for the link of this path.'
const event = testEvent({ id: 'p', kind: 'path_down' })
const NEEDED = { when: 'now', reason: 'no path is left' } as const
const RESOURCES = { circuits: [{ id: 'c1', name: 'ckt', connections: [] }] }

type ResourceLists = Partial<Record<'circuits' | 'gateways', readonly object[]>> & { stoppedAt?: string }

/**
 * Draws a part of an incident's page.
 * @param cards declared contact cards; null = without any response of the server
 */
function draw(
  part: ReactNode,
  cards: readonly object[] | null = null,
  resources: ResourceLists = {},
  asOf: string | null = null,
) {
  const client = new QueryClient()
  const { circuits = [], gateways = [], stoppedAt = null } = resources
  client.setQueryData(createEndpointQuery('circuits').queryKey, { data: circuits } as never)
  client.setQueryData(createEndpointQuery('gateways').queryKey, { data: gateways } as never)
  client.setQueryData(createEndpointQuery('sources/summary').queryKey, { data: { stoppedAt } } as never)
  if (cards) client.setQueryData(createEndpointQuery('declarations').queryKey, { data: { cards, sites: [] } } as never)
  return renderToStaticMarkup(
    <QueryClientProvider client={client}>
      <PageSelectionProvider search="" customer={null} asOf={asOf}>
        <ServerResponsesProvider state={dehydrate(client)}>
          <AppRouterContext value={{} as never}>{part}</AppRouterContext>
        </ServerResponsesProvider>
      </PageSelectionProvider>
    </QueryClientProvider>,
  )
}

it('shows the advice as ordered steps only while the incident is ongoing', () => {
  const summary = (endedBetween: [string, string] | null) =>
    draw(
      <IncidentSummarySection
        incident={testIncidentDetail([event], { state: 'open', endedBetween, needsYou: NEEDED })}
      />,
    )
  const order = `<li>${ADVICE}`
  expect(summary(null).match(/<li>[^<]*/g)).toEqual([
    order,
    '<li>Check the recovery on this page: the state is RECOVERED as soon as polls confirm it.',
  ])
  expect(summary(null)).toContain(order)
  const recovered = summary([testMinuteIso(8), testMinuteIso(9)])
  expect(recovered).not.toContain(order)
  expect(recovered).toContain(`Advice while it was ongoing: ${ADVICE}`)
})

it('names the last confirmation before the need, and the restart of the worker, while all polls are stopped', () => {
  const at = testMinuteIso(4)
  const incident = testIncidentDetail([event], {
    state: 'open',
    endedBetween: null,
    needsYou: NEEDED,
    unverifiedSince: at,
  })
  const html = draw(<IncidentSummarySection incident={incident} />, [], { stoppedAt: at })
  expect(html.indexOf('Last known at')).toBeGreaterThan(-1)
  expect(html.indexOf('Last known at')).toBeLessThan(html.indexOf('Needs you now'))
  expect(html.match(/<li>[^<]*/g)).toEqual([`<li>${ADVICE}`, `<li>${STOPPED_POLLS_NEXT_STEP}`])
})

it('gives the step that calls the owner its declared contact, or names the missing contact once', () => {
  const incident = testIncidentDetail([event], { state: 'open', endedBetween: null, needsYou: NEEDED })
  const card = {
    scope: 'c1',
    part: '',
    displayName: '',
    serviceId: 'S-7',
    contact: 'NOC 555',
    runbookUrl: '',
    note: '',
  }
  const summary = (cards: readonly object[]) => draw(<IncidentSummarySection incident={incident} />, cards)
  expect(summary([card])).toMatch(/<li>Ask Equinix.*Contact: <strong[^>]*>NOC 555<\/strong>, service id S-7/)
  expect(summary([]).split('no contact declared')).toHaveLength(2)
})

it('lists only the advice if nobody is needed, and on a page of the past', () => {
  const drawn = (when: 'now' | 'nobody', asOf: string | null) => {
    const needsYou = { when, reason: 'no path is left' }
    const incident = testIncidentDetail([event], { state: 'open', endedBetween: null, needsYou })
    return draw(<IncidentSummarySection incident={incident} />, [], RESOURCES, asOf)
  }
  expect(drawn('nobody', null)).toContain('Advice if it lasts:')
  expect(drawn('now', null)).toContain('Check the recovery on this page')
  for (const html of [drawn('nobody', null), drawn('now', testMinuteIso(5))]) {
    expect(html).toContain(`<li>${ADVICE}</li>`)
    expect(html).not.toContain('Check the recovery on this page')
    expect(html).not.toContain('Open the text to send')
  }
})

it.each([
  ['provider', { circuits: [{ id: 'c1', name: 'ckt', connections: [] }] }, true],
  ['onprem', { circuits: [{ id: 'c1', name: 'ckt', connections: [] }] }, false],
  ['onprem', { gateways: [{ id: 'c1', name: 'gw' }] }, false],
  ['provider', { gateways: [{ id: 'c1', name: 'gw' }] }, false],
  ['microsoft', { gateways: [{ id: 'c1', name: 'gw' }] }, true],
  ['microsoft', {}, false],
] as const)('offers the text to send to %s about %o: %s', (owner, resources, isOffered) => {
  const cause = { ...event.cause, owner, nextStep: owner === 'microsoft' ? 'Ask Microsoft.' : 'Check the VLAN.' }
  const incident = testIncidentDetail([event], { state: 'open', endedBetween: null, cause, needsYou: NEEDED })
  const drawn = draw(<IncidentSummarySection incident={incident} />, [], resources)
  expect(drawn.includes('Open the text to send')).toBe(isOffered)
  expect(drawn.includes('and send the text of the ticket')).toBe(isOffered && owner !== 'microsoft')
})

it('names the certainty of the cause in a word, with the confidence and its evidence', () => {
  const evidence = [{ field: 'arp', before: 'complete', after: 'incomplete', sampledBefore: null, sampledAfter: null }]
  const root = testEvent({ id: 'p', kind: 'path_down', evidence })
  const drawn = draw(<IncidentSummarySection incident={testIncidentDetail([root], { state: 'open', root })} />)
  expect(drawn).toContain('provider or customer link, likely')
  // One text is opened by the keyboard, the other one is for paper.
  expect(drawn.match(/>Confidence 70 %, by [^<]*complete → incomplete</g)).toHaveLength(2)
})

it('has no certainty for a cause that no poll shows', () => {
  const cause = { ...event.cause, class: 'before_monitoring', owner: 'unknown', confidence: 0 } as const
  const drawn = draw(<IncidentSummarySection incident={testIncidentDetail([event], { state: 'open', cause })} />)
  expect(drawn).toMatch(/before monitoring<\/p>/)
  expect(drawn).not.toContain('<details')
})

it('explains why the router reports another duration', () => {
  const atRouter = (seconds: number) =>
    testEvent({
      id: 'r',
      kind: 'router_session_down',
      duration: { atLeastSeconds: seconds, atMostSeconds: seconds },
    })
  const summary = (seconds: number) =>
    draw(<IncidentSummarySection incident={testIncidentDetail([event, atRouter(seconds)])} />)
  expect(summary(100)).toContain('router reports 1 min 40 s for its own end of the session')
  const own = testIncidentDetail([atRouter(100)], { root: atRouter(100) })
  expect(draw(<IncidentSummarySection incident={own} />)).not.toContain('router reports')
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
