import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import type { UnpolledInterval } from '#lib/contract/index.ts'
import { DataGaps } from './data-gaps.tsx'
import { OmittedGapsNote } from './gaps-omitted.tsx'

const gap = (minute: number): UnpolledInterval => ({
  scope: 'c1',
  kind: 'stats',
  outcome: 'timeout',
  from: `2026-11-24T00:0${minute}:00Z`,
  to: `2026-11-24T00:0${minute}:30Z`,
})

const wordsOf = (drawn: string) => drawn.replace(/<[^>]*>/g, '')

describe('gaps', () => {
  it.each([
    { name: 'that are all shown', gaps: 2, omitted: undefined, says: null },
    { name: 'beyond those shown', gaps: 5, omitted: undefined, says: 'and 2 more' },
    { name: 'that the answer does not list', gaps: 3, omitted: 340, says: 'and 340 more' },
    { name: 'of both kinds', gaps: 5, omitted: 1_340, says: 'and 1,342 more' },
  ])('$name are counted', ({ gaps, omitted, says }) => {
    const intervals = Array.from({ length: gaps }, (_, n) => gap(n))
    const drawn = renderToStaticMarkup(
      <QueryClientProvider client={new QueryClient()}>
        <DataGaps intervals={intervals} omitted={omitted} most={3} />
      </QueryClientProvider>,
    )
    expect(/and [\d,]+ more/.exec(wordsOf(drawn))?.[0] ?? null).toBe(says)
  })

  it.each([
    [0, null],
    [1, '1 shorter one is not.'],
    [1_200, '1,200 shorter ones are not.'],
  ])('of which a drawing has %i not are said below it', (count, says) => {
    const words = wordsOf(renderToStaticMarkup(<OmittedGapsNote count={count} />))
    expect(/[\d,]+ shorter .* not\./.exec(words)?.[0] ?? null).toBe(says)
  })
})
