/** A series of a panel, sorted by time. */
export interface SoakChartSeries {
  name: string
  points: readonly { day: number; value: number }[]
}

export interface SoakChartPanel {
  title: string
  series: readonly SoakChartSeries[]
}

const WIDTH = 760
const PANEL = 150
const LEFT = 56
const RIGHT = 130
const TOP = 26
const BOTTOM = 20
/** Palette of Okabe and Ito, which red-green color-blind readers can also distinguish. */
const COLORS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#737373']

/** Draws small charts below each other with the same time axis as an SVG. Each value axis starts at zero. */
export function drawSoakChartsSvg(title: string, panels: readonly SoakChartPanel[]): string {
  const days = Math.max(...panels.flatMap(({ series }) => series.flatMap(({ points }) => points.map(({ day }) => day))))
  const height = TOP + panels.length * PANEL
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="11" fill="#555">
<rect width="100%" height="100%" fill="#fff"/>
<text x="8" y="16" font-size="13" font-weight="600" fill="#111">${title}</text>
${panels.map((panel, n) => panelOf(panel, days, TOP + n * PANEL)).join('\n')}
</svg>
`
}

function panelOf({ title, series }: SoakChartPanel, days: number, top: number): string {
  const most = niceAbove(Math.max(...series.flatMap(({ points }) => points.map(({ value }) => value))))
  const [left, right, upper, lower] = [LEFT, WIDTH - RIGHT, top + 22, top + PANEL - BOTTOM]
  const x = (day: number) => (left + (day / days) * (right - left)).toFixed(1)
  const y = (value: number) => (lower - (value / most) * (lower - upper)).toFixed(1)
  const lines = series.map(({ points }, n) => {
    const path = points.map(({ day, value }, i) => `${i === 0 ? 'M' : 'L'}${x(day)} ${y(value)}`).join('')
    return `<path d="${path}" fill="none" stroke="${COLORS[n % COLORS.length]}" stroke-width="1.5"/>`
  })
  const legend = series.map(
    ({ name, points }, n) =>
      `<text x="${right + 8}" y="${upper + 10 + n * 14}" fill="${COLORS[n % COLORS.length]}">${name} ${round(points.at(-1)?.value ?? 0)}</text>`,
  )
  const ticks = [0, most / 2, most].map(
    (value) =>
      `<line x1="${left}" x2="${right}" y1="${y(value)}" y2="${y(value)}" stroke="#ddd"/><text x="${left - 6}" y="${Number(y(value)) + 4}" text-anchor="end">${round(value)}</text>`,
  )
  return `<text x="8" y="${top + 12}" fill="#111">${title}</text>
${ticks.join('')}
<text x="${right}" y="${lower + 14}" text-anchor="end">${formatDaysOrHours(days)}</text>
${lines.join('\n')}
${legend.join('')}`
}

/** Formats a number of days as hours if it is less than two days. */
export const formatDaysOrHours = (days: number) =>
  days < 2 ? `${(days * 24).toFixed(1)} hours` : `${days.toFixed(1)} days`

const round = (value: number) => (value >= 100 ? String(Math.round(value)) : value.toFixed(1))

/** Returns the next number of the sequence 1, 2, 5, 10, 20, ... that is at least the value. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)))
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power
}
