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

/** Returns the entries of the legend. */
function legendOf(fields: Partial<LookupContext>, changes: readonly number[] = []) {
  const html = renderToStaticMarkup(
    <PageSelectionProvider search="" customer={null} asOf={null}>
      <LookupTimeStrips around={{ ...around, ...fields }} at={Date.parse(AT)} changes={changes} unpolled={[]} />
    </PageSelectionProvider>,
  )
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
  ).toEqual(['up, not in use then', 'changed between two polls', 'time of the look-up'])
})
