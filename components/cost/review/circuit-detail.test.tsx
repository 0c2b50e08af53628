import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { NuqsTestingAdapter } from 'nuqs/adapters/testing'
import { createEndpointQuery } from '../../data/index.ts'
import { PageSelectionProvider } from '../../links/page-selection-provider.tsx'
import { CostMonthsPanel } from '../months-panel.tsx'
import { CircuitDetail } from './circuit-detail.tsx'
import type { CostReviewRow } from './review-rows.ts'

const row = { circuitId: 'c1', name: 'erc-london', briefOf: '2026-W48' } as CostReviewRow
const circuit = {
  circuitId: 'c1',
  name: 'erc-london',
  recommendation: { action: 'too_early', asks: [] },
} as unknown as CostReviewRow
const review = {
  week: '2026-W48',
  detail: 'full',
  unused: [],
  projections: { circuits: [circuit] },
  summary: { circuits: [{ circuitId: 'c1', peak: null }] },
}
const { queryKey } = createEndpointQuery('cost/weekly', { week: '2026-W48', circuit: 'c1' })

/** Renders content with a stored response of the circuit's fields, or with the error of their query. */
function draw(content: ReactNode, answer: unknown) {
  const client = new QueryClient({ defaultOptions: { queries: { retryOnMount: false } } })
  if (answer instanceof Error)
    client.getQueryCache().build(client, { queryKey }).setState({ status: 'error', error: answer, fetchStatus: 'idle' })
  else client.setQueryData(queryKey, { data: answer, freshness: { state: 'fresh' } } as never)
  return renderToStaticMarkup(
    <NuqsTestingAdapter>
      <QueryClientProvider client={client}>
        <PageSelectionProvider search="" customer={null} asOf={null}>
          {content}
        </PageSelectionProvider>
      </QueryClientProvider>
    </NuqsTestingAdapter>,
  )
}

describe('the fields of a circuit', () => {
  const fault = new Error('it did not answer')

  it('that failed to load have their error in one panel, which the other panels name', () => {
    expect(draw(<CircuitDetail row={row}>{() => 'content'}</CircuitDetail>, fault)).toContain('it did not answer')
    const other = draw(
      <CircuitDetail row={row} errorPanel="Cost of erc-london by plan">
        {() => 'content'}
      </CircuitDetail>,
      fault,
    )
    expect(other).toContain('The panel “Cost of erc-london by plan” shows the error. Retry there.')
    expect(other).not.toContain('it did not answer')
  })

  it('that failed to load leave the panel of the months its heading and its anchor', () => {
    expect(draw(<CostMonthsPanel projection={row} />, fault)).toMatch(/id="months".*12-month forecast of erc-london/)
  })

  it.each([
    [true, /aria-busy="true" class="skeleton \*:invisible"/],
    [false, /aria-busy="false">/],
  ])('keep the place of content that still loads (%s), but invisible', (isLoading, expected) => {
    const html = draw(
      <CircuitDetail row={row} isLoading={isLoading}>
        {({ name }) => <p>{name}</p>}
      </CircuitDetail>,
      review,
    )
    expect(html).toMatch(expected)
    expect(html).toContain('<p>erc-london</p>')
  })
})
