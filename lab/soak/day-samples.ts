import { printFigureLine } from '../screens/figures.ts'
import { type SoakChartSeries, type SoakChartPanel, drawSoakChartsSvg } from './picture.ts'
import { productProcessNames, type ProcessResourceSample, type sampleProductProcesses } from './processes.ts'
import type { QueryResponseTimes } from './questions.ts'
import { computeSettledGrowthPerDay } from './slope.ts'
import type { CompletedPollAndEventCounts } from './timetable.ts'

/** State of the whole product at one time. */
export interface ProductResourceSample extends CompletedPollAndEventCounts, QueryResponseTimes {
  /** days since the first sample, by the product's clock or polls */
  day: number
  /** real milliseconds, from an arbitrary start */
  at: number
  /** speed factor in the time before this sample */
  speed: number
  processes: ReturnType<typeof sampleProductProcesses>
  /** load average of the machine over a minute */
  load: number
}

export const formatProductSampleHeader = (): string =>
  `days  times  ${productProcessNames.map((name) => `${name} MB/descriptors/CPU %`).join('  ')}  disk MB  polls  of those asked for %  late %  events  answer ms  page ms  failed  load`

/**
 * Returns the number of polls since an earlier sample as a share of the requested polls (1 = all); 0 if no time has
 * passed.
 */
export function computeCompletedPollShare(sample: ProductResourceSample, former: ProductResourceSample): number {
  const seconds = (sample.at - former.at) / 1_000
  return seconds > 0 ? (sample.polls - former.polls) / (sample.asked * seconds) : 0
}

/**
 * Formats a sample.
 * @param before all samples up to and including this one
 */
export function formatProductSampleLine(
  sample: ProductResourceSample,
  before: readonly ProductResourceSample[],
): string {
  const [first = sample, former = sample] = [before[0], before.at(-2)]
  const seconds = (sample.at - former.at) / 1_000
  const parts = productProcessNames.map((name) => {
    const [now, then] = [sample.processes[name], former.processes[name]]
    if (!now) return `${name} does not run`
    const restarted = first.processes[name] && first.processes[name].pid !== now.pid ? ' restarted' : ''
    const cpu = then && seconds > 0 ? ((100 * (now.cpu - then.cpu)) / seconds).toFixed(0) : '-'
    return `${now.memory.toFixed(0)}/${now.descriptors}/${cpu}${restarted}`
  })
  const { day, disk, polls, late, events, answer, page, failed, load } = sample
  const share = seconds > 0 ? (100 * computeCompletedPollShare(sample, former)).toFixed(0) : '-'
  const figures = [disk, polls, events, answer, page, failed].map((value) => value.toFixed(0))
  const [ofDisk = '', ofPolls = '', ...others] = figures
  return [
    day.toFixed(2),
    sample.speed.toFixed(0),
    ...parts,
    ofDisk,
    ofPolls,
    share,
    (late * 100).toFixed(0),
    ...others,
    load.toFixed(1),
  ].join('  ')
}

/** Returns a series for every process, in the order of `processNames`. */
const seriesOf = (
  samples: readonly ProductResourceSample[],
  of: (one: ProcessResourceSample) => number,
): SoakChartSeries[] =>
  productProcessNames.map((name) => ({
    name,
    points: samples.flatMap(({ day, processes }) => {
      const process = processes[name]
      return process ? [{ day, value: of(process) }] : []
    }),
  }))

const oneSeries = (
  samples: readonly ProductResourceSample[],
  name: string,
  of: (one: ProductResourceSample) => number,
): SoakChartSeries => ({
  name,
  points: samples.map((sample) => ({ day: sample.day, value: of(sample) })),
})

const panels = (samples: readonly ProductResourceSample[]): SoakChartPanel[] => [
  { title: 'Memory, MB', series: seriesOf(samples, ({ memory }) => memory) },
  { title: 'Open descriptors', series: seriesOf(samples, ({ descriptors }) => descriptors) },
  { title: 'Database, MB', series: [oneSeries(samples, 'disk', ({ disk }) => disk)] },
  {
    title: 'Times, real ms',
    series: [oneSeries(samples, 'question', ({ answer }) => answer), oneSeries(samples, 'page', ({ page }) => page)],
  },
  {
    title: 'Speed, and load of the machine',
    series: [oneSeries(samples, 'times', ({ speed }) => speed), oneSeries(samples, 'load', ({ load }) => load)],
  },
]

/**
 * Prints how much each series grows per day, with the standard error and without the first third of the run, and the
 * totals of the run.
 */
export function printSampleGrowthPerDay(samples: readonly ProductResourceSample[]): void {
  for (const { title, series } of panels(samples)) {
    const each = series.map(({ name, points }) => {
      const [growth, most] = [computeSettledGrowthPerDay(points), Math.max(...points.map(({ value }) => value))]
      const says = growth === null ? 'unknown' : `${growth.perDay.toFixed(2)} ± ${growth.error.toFixed(2)}`
      return `${name} ${says} a day (most ${most.toFixed(0)})`
    })
    printFigureLine(`${title}: ${each.join(', ')}`)
  }
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last || last === first) return
  const seconds = (last.at - first.at) / 1_000
  const made = last.polls - first.polls
  const asked = samples.reduce(
    (sum, one, n) => sum + (one.asked * (one.at - (samples[n - 1]?.at ?? one.at))) / 1_000,
    0,
  )
  const cpu = productProcessNames.map((name) => {
    const [a, b] = [first.processes[name], last.processes[name]]
    return a && b && a.pid === b.pid ? `${name} ${((100 * (b.cpu - a.cpu)) / seconds).toFixed(1)} %` : `${name} unknown`
  })
  printFigureLine(
    `polls: ${made} in ${seconds.toFixed(0)} s, ${((100 * made) / asked).toFixed(1)} % of those asked for; ` +
      `late at a sample: ${((100 * samples.reduce((sum, { late }) => sum + late, 0)) / samples.length).toFixed(1)} % of the timetable; ` +
      `${last.lengthened} intervals longer than configured; failed questions: ${samples.reduce((sum, { failed }) => sum + failed, 0)}`,
  )
  printFigureLine(`CPU, of one core: ${cpu.join(', ')}`)
}

export const drawProductSampleCharts = (samples: readonly ProductResourceSample[], title: string): string =>
  drawSoakChartsSvg(title, panels(samples))
