import { memoizePerProcess } from '#lib/bgp/memoize.ts'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Returns the metrics registry of the process. */
export const getMetricsRegistry = memoizePerProcess('metrics', () => {
  const register = new Registry()
  collectDefaultMetrics({ register })
  return register
})

/** Returns the counter with this name; creates it at the first use. Names end in `_total`. */
export function getCounter<Label extends string>(
  name: string,
  help: string,
  labelNames: readonly Label[] = [],
): Counter<Label> {
  return existing<Counter<Label>>(name) ?? new Counter({ name, help, labelNames, registers: [getMetricsRegistry()] })
}

/**
 * Returns the gauge with this name; creates it at the first use. The name ends in the base unit.
 * @param read sets the gauge whenever metrics are collected; absent = other code sets the gauge when it has a new value
 */
export function getGauge<Label extends string>(
  name: string,
  help: string,
  labelNames: readonly Label[] = [],
  read?: (gauge: Gauge<Label>) => void,
): Gauge<Label> {
  const collect = read && {
    collect(this: Gauge<Label>) {
      read(this)
    },
  }
  return (
    existing<Gauge<Label>>(name) ?? new Gauge({ name, help, labelNames, ...collect, registers: [getMetricsRegistry()] })
  )
}

/**
 * Returns the histogram with this name; creates it at the first use. The name ends in the unit of the measured values.
 */
export function getHistogram<Label extends string>(
  name: string,
  help: string,
  labelNames: readonly Label[] = [],
  buckets: number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
): Histogram<Label> {
  return (
    existing<Histogram<Label>>(name) ??
    new Histogram({ name, help, labelNames, buckets, registers: [getMetricsRegistry()] })
  )
}

/**
 * Returns the metric with this name; undefined if it does not exist. The function does not check whether the metric has
 * the expected kind (counter, gauge or histogram) and labels, so each name must be used for only one kind.
 */
function existing<Metric>(name: string): Metric | undefined {
  return getMetricsRegistry().getSingleMetric(name) as Metric | undefined
}
