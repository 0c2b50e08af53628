import { oncePerProcess } from '#lib/bgp/once.ts'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Returns the registry of the process, which has one set of metrics. */
export const registry = oncePerProcess('metrics', () => {
  const register = new Registry()
  collectDefaultMetrics({ register })
  return register
})

/** A counter by this name: made on first use, the same one afterwards. Names end in `_total`. */
export function counter<Label extends string>(
  name: string,
  help: string,
  labelNames: readonly Label[] = [],
): Counter<Label> {
  return existing<Counter<Label>>(name) ?? new Counter({ name, help, labelNames, registers: [registry()] })
}

/**
 * A gauge by this name: made on first use, the same one afterwards. Names end in their base unit.
 * @param read sets it each time that it is asked for; absent = whoever has a new value sets it
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

/** A histogram by this name: made on first use, the same one afterwards. Buckets are in the unit that the name ends in. */
export function histogram<Label extends string>(
  name: string,
  help: string,
  labelNames: readonly Label[] = [],
  buckets: number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
): Histogram<Label> {
  return existing<Histogram<Label>>(name) ?? new Histogram({ name, help, labelNames, buckets, registers: [registry()] })
}

/** prom-client's registry forgets a metric's kind and labels; a name is used for one kind only, which the helpers above ensure. */
function existing<Metric>(name: string): Metric | undefined {
  return registry().getSingleMetric(name) as Metric | undefined
}
