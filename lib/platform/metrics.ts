import { oncePerProcess } from '#lib/bgp/once.ts'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Returns the metrics registry of the process. */
export const registry = oncePerProcess('metrics', () => {
  const register = new Registry()
  collectDefaultMetrics({ register })
  return register
})

/** Returns the counter with this name; creates it at the first use. Names end in `_total`. */
export function counter<Label extends string>(
  name: string,
  help: string,
  labelNames: readonly Label[] = [],
): Counter<Label> {
  return existing<Counter<Label>>(name) ?? new Counter({ name, help, labelNames, registers: [registry()] })
}

/**
 * Returns the gauge with this name; creates it at the first use. Names end in their base unit.
 * @param read sets the gauge whenever metrics are collected; absent = the code that has a new value sets it
 */
export function gauge<Label extends string>(
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
  return existing<Gauge<Label>>(name) ?? new Gauge({ name, help, labelNames, ...collect, registers: [registry()] })
}

/**
 * Returns the histogram with this name; creates it at the first use. The buckets have the unit in which the name ends.
 */
export function histogram<Label extends string>(
  name: string,
  help: string,
  labelNames: readonly Label[] = [],
  buckets: number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
): Histogram<Label> {
  return existing<Histogram<Label>>(name) ?? new Histogram({ name, help, labelNames, buckets, registers: [registry()] })
}

/**
 * Returns the metric with this name; undefined if it does not exist. The caller must know its kind and labels, so each
 * name is used for only one kind.
 */
function existing<Metric>(name: string): Metric | undefined {
  return registry().getSingleMetric(name) as Metric | undefined
}
