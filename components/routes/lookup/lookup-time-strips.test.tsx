import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import type { LookupContext } from '#lib/routes/api/index.ts'
import { PageSelectionProvider } from '../../links/page-selection-provider.tsx'
import { LookupTimeStrips } from './lookup-time-strips.tsx'

const [FROM, AT, TO] = ['2030-03-04T09:45:00.000Z', '2030-03-04T10:00:00.000Z', '2030-03-04T10:15:00.000Z'] as const

const around: LookupContext = {
  from: FROM,
  to: TO,
  untilNow: false,
  verdict: 'nothing',
  resources: [],
  incidents: [],
  events: [],
  paths: [],
  sessions: [],
  traffic: [],
  probes: null,
  covered: true,
  uncovered: [],
}
const lane = (inUse: boolean, ...states: LookupContext['paths'][number]['states']) => ({
  circuitId: 'lon',
  circuitName: 'erc-london',
  path: 'primary' as const,
  inUse,
  states,
})

const htmlOf = (fields: Partial<LookupContext>, changes: readonly number[] = []) =>
  renderToStaticMarkup(
    <PageSelectionProvider search="" customer={null} asOf={null}>
      <LookupTimeStrips around={{ ...around, ...fields }} at={Date.parse(AT)} changes={changes} unpolled={[]} />
    </PageSelectionProvider>,
  )

/** Returns the entries of the legend. */
function legendOf(fields: Partial<LookupContext>, changes: readonly number[] = []) {
  const html = htmlOf(fields, changes)
  const [, legend = ''] = /aria-label="Legend"[^>]*>(.*?)<\/ul>/.exec(html) ?? []
  return [...legend.matchAll(/<li[^>]*>(.*?)<\/li>/g)].map(([, entry = '']) => entry.replaceAll(/<[^>]*>/g, '').trim())
}

it('has a legend of the marks that its rows contain, because paper has no tooltips', () => {
  expect(legendOf({})).toEqual(['time of the look-up'])
  expect(
    legendOf({ paths: [lane(true, { from: FROM, to: AT, is: 'up' }, { from: AT, to: TO, is: 'unknown' })] }, [
      Date.parse(AT),
    ]),
  ).toEqual(['route change', 'up', 'not polled', 'time of the look-up'])
  expect(
    legendOf({ paths: [lane(false, { from: FROM, to: AT, is: 'up' }, { from: AT, to: TO, is: 'indeterminate' })] }),
  ).toEqual(['up', 'changed between two polls', 'time of the look-up'])
})

it('states the use of a path only for the time of the look-up, because the path may have been in use before a fault', () => {
  const paths = [lane(false, { from: FROM, to: AT, is: 'up' }, { from: AT, to: TO, is: 'down' })]
  expect(htmlOf({ paths })).toContain('erc-london primary, not in use at 10:00:00')
  expect(htmlOf({ paths, untilNow: true })).toContain('erc-london primary, not in use now')
  expect(htmlOf({ paths: [lane(true)] })).not.toContain('not in use')
})

it('names the time at which a line ends, if it ends before the row', () => {
  const probes = (at: string) => ({
    tests: 1,
    failedShare: 0,
    roundTripMs: 10,
    points: [{ at, failedShare: 0, roundTripMs: 10 }],
  })
  expect(htmlOf({ probes: probes('2030-03-04T10:10:00.000Z') })).toContain('Round-trip time: 10 ms until 10:10:00 UTC')
  expect(htmlOf({ probes: probes('2030-03-04T10:14:00.000Z') })).toContain('Round-trip time: 10 ms<')
})

it('hatches the end of the round-trip time only after the usual delay of its results', () => {
  const from = Date.parse('2030-03-04T09:35:00.000Z')
  const minutes = (last: number) =>
    Array.from({ length: last + 1 }, (_, minute) => ({
      at: new Date(from + minute * 60_000).toISOString(),
      failedShare: 0,
      roundTripMs: 10,
    }))
  const hatchesOf = (last: number, untilNow: boolean) =>
    htmlOf({
      from: '2030-03-04T09:35:00.000Z',
      to: '2030-03-04T10:05:00.000Z',
      untilNow,
      // this traffic has no gap, so that only the round-trip time can be hatched
      traffic: [
        {
          circuitId: 'lon',
          circuitName: 'erc-london',
          points: minutes(30).map(({ at }) => ({ at, in: 1e6, out: 1e6 })),
          mean: null,
          usual: null,
          verdict: 'unknown',
        },
      ],
      probes: { tests: 1, failedShare: 0, roundTripMs: 10, points: minutes(last) },
    }).split('class="hatch').length - 1
  expect(hatchesOf(10, true)).toBe(0)
  expect(hatchesOf(0, true)).toBe(1)
  expect(hatchesOf(10, false)).toBe(1)
})
