import { dehydrate, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { AppRouterContext } from 'next/dist/shared/lib/app-router-context.shared-runtime'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { NO_ALERT_RECEIVER_TEXT } from '#lib/alerting/api/unreceived.ts'
import { AlertingFailureBanner } from '../alerting/alerting-faults.tsx'
import { ServerResponsesProvider } from '../data/server-answers.tsx'
import { createEndpointQuery, type ScreenEndpointPath } from '../data/endpoint.ts'
import { PageSelectionProvider } from '../links/page-selection-provider.tsx'
import { ClockProvider } from '../ui/times/page-clock.tsx'
import { DataTrustLinks } from './data-trust-links.tsx'

const NOW = '2026-11-29T12:00:00.000Z'
const POLLS = { fresh: 131, late: 0, stale: 0, failing: 0, notPolled: 0, vmOff: 0, notGiven: 0, stoppedAt: null }
const proved = { state: 'proved', isReceived: true, words: 'Alerting proved just now', error: null }
const outlook = { computedAt: NOW, intervals: [] as object[], unreadNotices: 0, notComputed: 0 }
const loss = {
  from: '2026-12-01T20:37:37.000Z',
  to: '2026-12-01T22:00:00.000Z',
  level: 'strands',
  strandedPrefixes: 9,
  internet: 1,
}

function draw(answers: Partial<Record<ScreenEndpointPath, object>>, asOf: string | null = null) {
  const client = new QueryClient()
  for (const [path, data] of Object.entries(answers))
    client.setQueryData(createEndpointQuery(path as 'alerting').queryKey, { data } as never)
  const circuits = createEndpointQuery('circuits').queryKey
  client.setQueryData(circuits, {
    data: [
      { id: 'a', name: 'erc-a' },
      { id: 'b', name: 'erc-b' },
    ],
  } as never)
  return renderToStaticMarkup(
    <QueryClientProvider client={client}>
      <PageSelectionProvider search="" customer={null} asOf={asOf}>
        <ClockProvider renderedAt={Date.parse(NOW)} isStanding>
          <ServerResponsesProvider state={dehydrate(client)}>
            <AppRouterContext value={{} as never}>
              <AlertingFailureBanner />
              <DataTrustLinks />
            </AppRouterContext>
          </ServerResponsesProvider>
        </ClockProvider>
      </PageSelectionProvider>
    </QueryClientProvider>,
  )
}

const alertingOf = (proof: object) => draw({ alerting: { proof, channels: [], screens: [] } })

describe('the row of chips', () => {
  it('names data, alerting, the next loss by maintenance and failover tests, each with a link', () => {
    const drawn = draw({
      'sources/summary': POLLS,
      alerting: { proof: proved, channels: [], screens: [] },
      'resilience/outlook': { ...outlook, intervals: [{ ...loss, level: 'moves', strandedPrefixes: 0 }, loss] },
      'resilience/drills': [],
    })
    const links = [...drawn.matchAll(/href="([^"]*)"[^>]*>.*?<span[^>]*>([^<]*)<\/span>/g)].map(([, to, words]) => [
      to,
      words,
    ])
    expect(drawn, 'a loss ahead has no symbol of a present state').not.toContain('var(--down-mark)')
    expect(links).toEqual([
      ['/sources', 'Data 131/131 fresh'],
      ['/resilience?tab=drills', 'Failover tested 0 of 2'],
      ['/settings?tab=notifications', 'Alerting proved just now'],
      ['/resilience?tab=weeks-ahead', 'Ahead, Tue 20:37 UTC: maintenance will cut off 9 prefixes'],
    ])
  })

  it('keeps the unknown unknown', () => {
    expect(draw({ 'resilience/outlook': { ...outlook, computedAt: null } })).toContain('Weeks ahead: being computed')
    expect(draw({ 'resilience/outlook': { ...outlook, unreadNotices: 1 } })).toContain('Weeks ahead: unknown')
    expect(draw({ 'resilience/outlook': outlook })).toContain('No prefix at risk in 4 weeks')
    expect(draw({})).not.toContain('href')
  })

  it.each(['proved', 'off'])(
    'links to the channels while the proof is %s and no channel receives incidents, and paper omits the advice',
    (state) => {
      expect(alertingOf({ state, isReceived: false, words: NO_ALERT_RECEIVER_TEXT })).toMatch(
        /href="\/settings\?tab=notifications".*>Alerting reaches nobody<span class="print:hidden">: add a channel</,
      )
    },
  )

  it('is below a banner that replaces the chip while alerting is broken', () => {
    const drawn = alertingOf({
      ...proved,
      state: 'broken',
      words: 'ALERTING BROKEN: no worker runs',
      error: 'Start one',
    })
    expect(drawn).toMatch(/role="alert".*ALERTING BROKEN: no worker runs\. Start one.*aria-label="Trust"/)
    expect(drawn.match(/ALERTING BROKEN/g)).toHaveLength(1)
  })

  it('is absent from a page of the past', () => {
    expect(draw({ 'sources/summary': POLLS }, '2026-11-28T00:00:00.000Z')).toBe('')
  })
})
