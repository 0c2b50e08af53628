import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import type { Incident } from '#lib/incidents/api/index.ts'
import { PageSelectionProvider } from '../links/page-selection-provider.tsx'
import { ClockProvider } from '../ui/times/page-clock.tsx'
import { PrintedIncidents } from './printed-incidents.tsx'
import { testIncident, testMinuteIso } from './testing.ts'

/** Returns the texts of the cells of all printed incidents. */
const printCells = (incidents: readonly Incident[]) => {
  const html = renderToStaticMarkup(
    <PageSelectionProvider search="" customer={null} asOf={null}>
      <ClockProvider renderedAt={Date.parse(testMinuteIso(6_000))} isStanding>
        <PrintedIncidents caption="Closed incidents" incidents={incidents} />
      </ClockProvider>
    </PageSelectionProvider>,
  )
  return [...html.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, cell = '']) => cell.replaceAll(/<[^>]*>/g, ' ').trim())
}

it('a closed incident prints the times of its start and of its end, and all of a long duration', () => {
  const at = (minute: number) => [testMinuteIso(minute), testMinuteIso(minute + 1)] as [string, string]
  const outage = (from: number, to: number) => ({
    startedBetween: at(from),
    endedBetween: at(to),
    certain: [{ from: testMinuteIso(from + 1), to: testMinuteIso(to) }],
  })
  const cells = printCells([
    testIncident({ startedBetween: at(1), endedBetween: at(20), outages: [outage(1, 5), outage(15, 20)] }),
  ])
  expect(cells[1]).toMatch(/major/)
  expect(cells[2]).toMatch(/03:01:00.*03:02:00/)
  expect(cells[3]).toMatch(/03:20:00.*03:21:00/)
  expect(cells[4]).toMatch(/^2 outages, .* in all$/)
})
