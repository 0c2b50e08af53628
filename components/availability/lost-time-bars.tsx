import { useId } from 'react'
import { Bar, BarChart, CartesianGrid, Legend, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import type { AvailabilityReport } from '#lib/reports/api/index.ts'
import { availabilityLayers } from '#lib/contract/up-share.ts'
import { formatDuration, formatConfiguredInterval } from '#lib/contract/words/durations.ts'
import { useChartFontScale } from '../charts/use-type-scale.ts'
import { SVG_FONT_SIZES } from '../ui/drawing/type-scale.ts'

const names = { session: 'down', forwarding: 'no forwarding', reachability: 'prefixes without a route' } as const

const format = (seconds: number) => formatDuration(seconds * 1_000, 'ceil')

/** Possible distances between the labels of the value axis, in seconds. */
const STEPS = [10, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 86_400]

/** Returns the labelled values of the axis, at most four above 0. */
function chooseTicks(days: AvailabilityReport['days']): number[] {
  const most = Math.max(...days.map(({ session, forwarding, reachability }) => session + forwarding + reachability))
  const step = STEPS.find((one) => most / one <= 4) ?? most / 4
  return Array.from({ length: Math.max(1, Math.ceil(most / step)) + 1 }, (_, n) => n * step)
}

/** Bars of the lost time of each day by layer. Reachability is hatched, because it has the color of forwarding. */
export function LostTimeBars({ days }: Pick<AvailabilityReport, 'days'>) {
  const scale = useChartFontScale()
  const hatch = useId()
  const ticks = chooseTicks(days)
  const tick = { fontSize: SVG_FONT_SIZES.tick * scale, fill: 'var(--ink-3)' }
  const fills = { session: 'var(--down-mark)', forwarding: 'var(--degraded-mark)', reachability: `url(#${hatch})` }
  return (
    <ResponsiveContainer width="100%" height="100%">
      <BarChart data={days} margin={{ top: 4, right: 8, bottom: 0, left: 0 }} accessibilityLayer>
        <pattern id={hatch} width={4} height={4} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width={4} height={4} fill="var(--surface)" />
          <line y2={4} stroke="var(--degraded-mark)" strokeWidth={4} />
        </pattern>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis
          dataKey="day"
          tickFormatter={(day: string) => day.slice(5)}
          tick={tick}
          tickLine={false}
          minTickGap={24 * scale}
          axisLine={{ stroke: 'var(--line-strong)' }}
        />
        <YAxis
          ticks={ticks}
          domain={[0, ticks.at(-1) ?? 0]}
          tickFormatter={(seconds: number) => (seconds === 0 ? '0' : formatConfiguredInterval(seconds))}
          tick={tick}
          width={64 * scale}
          tickLine={false}
          axisLine={false}
        />
        <Tooltip
          cursor={{ fill: 'var(--hover)' }}
          formatter={(seconds) => format(Number(seconds))}
          contentStyle={{ background: 'var(--surface)', borderColor: 'var(--line)', fontSize: tick.fontSize }}
          labelStyle={{ color: 'var(--ink)' }}
          itemStyle={{ color: 'var(--ink)' }}
        />
        <Legend
          verticalAlign="top"
          align="right"
          iconSize={9}
          wrapperStyle={{ fontSize: tick.fontSize }}
          formatter={(name) => <span className="text-ink-2">{name}</span>}
        />
        {availabilityLayers.map((layer) => (
          <Bar
            key={layer}
            dataKey={layer}
            name={names[layer]}
            stackId="lost"
            fill={fills[layer]}
            isAnimationActive={false}
          />
        ))}
      </BarChart>
    </ResponsiveContainer>
  )
}
