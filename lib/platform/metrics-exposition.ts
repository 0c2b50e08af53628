/**
 * Metric family, that is, a metric with all its samples, as it is exported in Prometheus' text format or in
 * OpenMetrics.
 * @source https://prometheus.io/docs/instrumenting/exposition_formats/ and https://github.com/prometheus/OpenMetrics
 *   (1.0.0)
 */
export interface MetricFamily {
  /** name without the suffix that its samples have: `_total` for a counter, `_info` for an info */
  name: string
  help: string
  type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'info'
  samples: readonly MetricSample[]
}

/** Returns a metric family of the type gauge. */
export const createGaugeFamily = (name: string, help: string, samples: readonly MetricSample[]): MetricFamily => ({
  name,
  help,
  type: 'gauge',
  samples,
})

export interface MetricSample {
  /** suffix after the name of the family, for example `_bucket`; absent = the usual suffix of the family's type */
  suffix?: string
  /** labels by name; a label with the value null is omitted */
  labels: MetricLabels
  value: number
}

export type MetricLabels = Readonly<Record<string, string | number | null>>

export const PROMETHEUS_TEXT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'
export const OPENMETRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8'

/**
 * Returns the content type in which metrics are sent to a client: OpenMetrics if the Accept header contains it,
 * otherwise Prometheus' text format.
 */
export const chooseExpositionType = (accept: string | null): string =>
  accept?.includes('application/openmetrics-text') ? OPENMETRICS_TYPE : PROMETHEUS_TEXT_TYPE

const SUFFIX: Readonly<Record<MetricFamily['type'], string>> = {
  counter: '_total',
  gauge: '',
  histogram: '',
  summary: '',
  info: '_info',
}

/** Returns metric families as text. Families with the same name are merged; families without samples are left out. */
export function formatMetricFamilies(families: readonly MetricFamily[], type: string = PROMETHEUS_TEXT_TYPE): string {
  const isOpen = type === OPENMETRICS_TYPE
  let text = ''
  for (const family of mergeFamilies(families)) if (family.samples.length > 0) text += familyText(family, isOpen)
  return isOpen ? `${text}# EOF\n` : text
}

/** Merges the families with the same name, in the order of their first occurrence. */
export function mergeFamilies(families: readonly MetricFamily[]): MetricFamily[] {
  const merged = new Map<string, MetricFamily & { samples: MetricSample[] }>()
  for (const family of families) {
    const known = merged.get(family.name)
    if (known) known.samples.push(...family.samples)
    else merged.set(family.name, { ...family, samples: [...family.samples] })
  }
  return [...merged.values()]
}

function familyText({ name, help, type, samples }: MetricFamily, isOpen: boolean): string {
  const suffix = SUFFIX[type]
  // in Prometheus' text format, the name of a counter includes `_total`, and the type `info` does not exist
  const named = isOpen ? name : `${name}${suffix}`
  const typed = isOpen || type !== 'info' ? type : 'gauge'
  const lines = samples.map(
    (sample) => `${name}${sample.suffix ?? suffix}${labelsText(sample.labels)} ${numberText(sample.value)}\n`,
  )
  return `# HELP ${named} ${escaped(help, isOpen)}\n# TYPE ${named} ${typed}\n${lines.join('')}`
}

function labelsText(labels: MetricLabels): string {
  const written = Object.entries(labels).flatMap(([name, value]) =>
    value === null ? [] : [`${name}="${escaped(String(value), true)}"`],
  )
  return written.length === 0 ? '' : `{${written.join(',')}}`
}

function escaped(text: string, quotes: boolean): string {
  const plain = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
  return quotes ? plain.replaceAll('"', '\\"') : plain
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf'
}
