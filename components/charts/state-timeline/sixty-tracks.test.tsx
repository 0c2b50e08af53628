import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { layOutTimeline } from './chart-layout.ts'
import { TimelineTrackDrawings } from './timeline-drawing.tsx'
import type { TimelineTrack } from './timeline-tracks.ts'

const SOURCES = 60
/** Maximum number of points that the API returns for a path by default. */
const POINTS = 600
const WIDTH = 1_600
const TOP = 1_000_000
const SPIKE_AT = 417

/** Points with almost no traffic, except one time span with a sample at the top. */
const points = Array.from({ length: POINTS }, (_, index) => ({
  from: index,
  to: index + 1,
  low: 1_000,
  high: index === SPIKE_AT ? TOP : 1_000,
}))

const tracks = Array.from({ length: SOURCES }, (_, source): TimelineTrack => {
  const line = (name: string, isArea: boolean) => ({ name, ink: 'series-1' as const, points, isArea })
  const lines = [line('to Azure', true), line('from Azure (billable)', false)]
  const series = { lines, guides: [], top: TOP, write: (value: number) => `${value} b/s` }
  return { key: `${source}`, name: `source ${source}`, part: '', marks: [], rows: 1, series, unseen: [] }
})

const drawing = renderToStaticMarkup(
  <TimelineTrackDrawings
    layout={layOutTimeline(tracks, WIDTH, 1)}
    window={{ from: 0, to: POINTS }}
    now={POINTS}
    scale={1}
    hatches="hatches"
  />,
)
const curves = [...drawing.matchAll(/ d="(M[^"]*)" fill="none"/g)].map(([, path]) => path ?? '')

describe('traffic of sixty sources on one axis', () => {
  it('is drawn by a few elements a track however many points there are, with one step a point', () => {
    expect(curves).toHaveLength(2 * SOURCES)
    for (const curve of curves) expect(curve.match(/H/g)).toHaveLength(POINTS)
    expect(drawing.match(/<[a-z]+/g)?.length).toBeLessThan(20 * SOURCES)
  })

  it('shows a spike of one sample in each track, at its full height and within its own piece of time', () => {
    const height = (curve: string) => curve.split(/(?=[ML])/).map((step) => Number(step.split(' ')[1]?.split('H')[0]))
    for (const curve of curves) {
      const heights = height(curve)
      const highest = Math.min(...heights)
      expect(heights.filter((y) => y === highest)).toHaveLength(1)
      expect(heights.indexOf(highest)).toBe(SPIKE_AT)
    }
  })
})
