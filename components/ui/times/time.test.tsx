import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { ClockProvider, MeasuredAtProvider } from './page-clock.tsx'
import { AgeText, AgeBounds, DurationSinceBounds, LongStateStart, TimeBoundsText, LastKnownTime } from './time.tsx'

const NOW = '2026-11-21T10:00:00.000Z'
const THEN = '2026-11-03T03:40:00.000Z'

const textOf = (content: ReactNode, at: string | null) =>
  renderToStaticMarkup(
    <ClockProvider renderedAt={Date.parse(NOW)}>
      <MeasuredAtProvider at={at}>{content}</MeasuredAtProvider>
    </ClockProvider>,
  ).replaceAll(/<[^>]*>/g, '')

describe('what is shown as of a moment in the past', () => {
  it.each<[string, ReactNode, string]>([
    [
      'measures how long a state has lasted then',
      <DurationSinceBounds key="since" bounds={['2026-10-31T03:40:00.000Z', '2026-10-31T03:40:10.000Z']} brief />,
      '2 d 23 h',
    ],
    [
      'keeps the bounds',
      <DurationSinceBounds key="bounds" bounds={['2026-11-03T03:00:00.000Z', '2026-11-03T03:30:00.000Z']} />,
      'at least 10 min 00 s, at most 40 min 00 s',
    ],
    [
      'has the start of a state that has lasted for more than a day',
      <DurationSinceBounds key="long" bounds={['2026-10-31T03:40:00.000Z', '2026-10-31T03:40:10.000Z']} />,
      '2 d 23 h (since Sat 2026-10-31 03:40 UTC)',
    ],
    [
      'has the latest possible start of a state whose start is known only within bounds, rounded up',
      <DurationSinceBounds key="late" bounds={['2026-10-31T03:30:00.000Z', '2026-10-31T03:40:10.000Z']} />,
      '2 d 23 h (since at the latest Sat 2026-10-31 03:41 UTC)',
    ],
    [
      'has no start of a state that began before monitoring',
      <DurationSinceBounds key="always" bounds={['1970-01-01T00:00:00.000Z', '2026-10-31T03:40:10.000Z']} />,
      'at least 2 d 23 h',
    ],
    [
      'has no start of such a state after another duration',
      <LongStateStart key="start" bounds={['1970-01-01T00:00:00.000Z', '2026-10-31T03:40:10.000Z']} />,
      '',
    ],
    [
      'has this start in a brief list only where it is asked for',
      <DurationSinceBounds
        key="dated"
        bounds={['2026-10-31T03:40:00.000Z', '2026-10-31T03:40:10.000Z']}
        brief
        isDated
      />,
      '2 d 23 h (since Sat 2026-10-31 03:40 UTC)',
    ],
    [
      'says just now of a state that is not certain to have lasted a second, and began within a minute',
      <DurationSinceBounds key="now" bounds={['2026-11-03T03:39:30.000Z', THEN]} brief />,
      'just now',
    ],
    [
      'says the most that such a state has lasted where that is more',
      <DurationSinceBounds key="most" bounds={['2026-11-03T03:37:30.000Z', THEN]} brief />,
      '≤ 2 min 30 s',
    ],
    ['measures ages then', <AgeText key="age" at="2026-11-03T03:39:48.000Z" />, '12 s before'],
    [
      'has no date of a day that is shown',
      <LastKnownTime key="known" at="2026-11-03T03:12:54.000Z" />,
      'last known at 03:12:54 UTC',
    ],
    [
      'has the date of an earlier day',
      <LastKnownTime key="earlier" at="2026-11-01T03:12:54.000Z" />,
      'last known at 2026-11-01 03:12:54 UTC',
    ],
    [
      'says the most of an age that is known between bounds',
      <AgeBounds key="between" bounds={['2026-11-03T03:37:30.000Z', THEN]} />,
      '≤ 2 min 30 s',
    ],
  ])('%s', (_, content, text) => {
    expect(textOf(content, THEN)).toBe(text)
  })

  it('is now without a moment, and with one that has not come', () => {
    const age = <AgeText at="2026-11-21T09:59:48.000Z" />
    expect(textOf(age, null)).toBe('12 s ago')
    expect(textOf(age, '2026-12-01T00:00:00.000Z')).toBe('12 s ago')
  })
})

it.each<[string, readonly [string, string], string]>([
  ['between both bounds', ['2026-11-21T09:03:15Z', '2026-11-21T09:06:10Z'], 'between 09:03:15 and 09:06:10 UTC'],
  ['at a time that is exact', ['2026-11-21T09:06:10Z', '2026-11-21T09:06:10Z'], 'at 09:06:10 UTC'],
  ['before the first poll', ['1970-01-01T00:00:00Z', '2026-11-21T09:06:10Z'], 'before 09:06:10 UTC'],
])('a time in words is %s', (_, bounds, text) => {
  expect(textOf(<TimeBoundsText bounds={bounds} isSpelled />, null)).toBe(text)
})
