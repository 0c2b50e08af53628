import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { type ResponseAge } from './age-text.ts'
import { PageAge } from './answer-age.tsx'
import { MeasuredAtProvider } from './page-clock.tsx'

const AT = '2026-11-24T03:00:00.000Z'
const answer = (settled: boolean | undefined): ResponseAge => ({
  asOf: AT,
  freshness: {
    state: 'fresh',
    oldestPollAt: AT,
    latePollAt: null,
    missing: 0,
  } as unknown as ResponseAge['freshness'],
  settled,
})

it.each([
  [false, 'may still change'],
  [true, ''],
  // it is unknown whether the response is final
  [undefined, ''],
])('beside a moment in the past whose answer is settled: %s stands %j', (settled, says) => {
  const drawn = renderToStaticMarkup(
    <MeasuredAtProvider at={AT}>
      <PageAge answer={answer(settled)} />
    </MeasuredAtProvider>,
  )
  expect(drawn.replaceAll(/<[^>]*>/g, '')).toBe(says)
})
