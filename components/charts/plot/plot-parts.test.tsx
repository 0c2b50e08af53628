import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { PlotCrosshair } from './plot-crosshair.tsx'
import { PlotLegend } from './plot-legend.tsx'
import type { PlotReading } from './plot-model.ts'
import { PlotTooltip } from './plot-tooltip.tsx'
import { ReadingTable } from './reading-table.tsx'
import { plotTheme } from './theme.ts'

const readings: PlotReading[] = [
  { title: '03:00 UTC', lines: [{ name: 'In', value: '10 to 12 Mb/s', ink: 'series-1' }] },
  { title: '03:05 UTC', lines: [], notes: ['no data'] },
]
const stops = [
  { from: 0, to: 5 },
  { from: 5, to: 10 },
]

describe('the crosshair', () => {
  const drawn = (count: number) =>
    renderToStaticMarkup(
      <PlotCrosshair
        label="Traffic"
        domain={[0, 10]}
        stops={stops.slice(0, count)}
        read={(index) => readings[index] ?? { title: '', lines: [] }}
        inset={plotTheme(1).inset}
        width={600}
      />,
    )
  it('is a slider that reads its last stop before it is moved', () => {
    expect(drawn(2)).toMatch(/role="slider" tabindex="0" aria-label="Traffic"/)
    expect(drawn(2)).toContain('aria-valuemax="1" aria-valuenow="1" aria-valuetext="03:05 UTC, no data"')
  })
  it('reads bounds and unit of a value', () => {
    expect(drawn(1)).toContain('aria-valuetext="03:00 UTC: In 10 to 12 Mb/s"')
  })
  it('of no stops says so', () => {
    expect(drawn(0)).toContain('aria-valuemax="0" aria-valuenow="0" aria-valuetext="nothing"')
  })
})

describe('the tooltip', () => {
  const styleOf = (x: number, y: number, width: number) =>
    renderToStaticMarkup(
      <PlotTooltip reading={readings[0] ?? (readings[1] as PlotReading)} x={x} y={y} width={width} />,
    ).match(/style="([^"]*)"/)?.[1]
  it.each([
    [
      'right of the crosshair in the left half',
      0.25,
      0,
      800,
      'top:0%;left:calc(25% + 0.75rem);transform:translateY(0%)',
    ],
    ['left of it in the right half', 0.75, 1, 800, 'top:100%;right:calc(25% + 0.75rem);transform:translateY(-100%)'],
    [
      'over it on a phone, inside at both edges',
      1,
      0.5,
      240,
      'top:50%;left:100%;transform:translate(-100%, -50%);max-width:264px',
    ],
  ])('lies %s', (_, x, y, width, style) => {
    expect(styleOf(x, y, width)?.replaceAll('-0%', '0%')).toBe(style)
  })
})

it('the table has a row for each stop, with a dash where a series has no value', () => {
  const table = renderToStaticMarkup(<ReadingTable label="Traffic" readings={readings} />)
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
