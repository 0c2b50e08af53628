import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { PlotLegend } from './plot-legend.tsx'
import type { ChartTooltipContent } from './plot-model.ts'
import { ChartValueTable } from './reading-table.tsx'

const readings: ChartTooltipContent[] = [
  { title: '03:00 UTC', lines: [{ name: 'In', value: '10 to 12 Mb/s', ink: 'series-1' }] },
  { title: '03:05 UTC', lines: [], notes: ['no data'] },
]
it('the table has a row for each stop, with a dash where a series has no value', () => {
  const table = renderToStaticMarkup(<ChartValueTable label="Traffic" readings={readings} />)
  expect(table).toContain('aria-label="Traffic, table" tabindex="0"')
  expect(table.match(/<th scope="row"/g)).toHaveLength(2)
  expect(table).toMatch(/>–<\/td><td[^>]*>no data<\/td>/)
})

it('a legend differs by shape, and has the figure that leads', () => {
  const legend = renderToStaticMarkup(
    <PlotLegend
      entries={[
        { name: 'In', shape: 'line', ink: 'series-2', value: '12 Mb/s' },
        { name: 'no data', shape: 'gap' },
        { name: 'lower bound', shape: 'mark', value: '≥' },
      ]}
    />,
  )
  expect(legend.match(/<li/g)).toHaveLength(3)
  expect(legend.match(/hatch/g)).toHaveLength(1)
  expect(legend.match(/≥/g)).toHaveLength(1)
})
