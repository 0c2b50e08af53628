/** The `$filter` of a metrics query: which dimensions to split by, and which of their values. */
import { ArmError } from './message.ts'
import type { Metric, Series } from './metric-series.ts'

interface Group {
  readonly metadata: readonly (readonly [string, string])[]
  readonly series: readonly Series[]
}

export interface Split {
  /** The metric's series, gathered by the dimensions that the filter names; one group of all without a filter. */
  readonly groups: (metric: Metric) => readonly Group[]
}

/** @throws ArmError 400 for what Azure Monitor would not understand either */
export function parseSplit(filter: string): Split {
  const wanted = new Map<string, Set<string>>()
  for (const part of filter.split(/\s+and\s+/i).filter((p) => p.trim() !== '')) {
    for (const test of part.replace(/[()]/g, '').split(/\s+or\s+/i)) {
      const [, name, value] = /^\s*([\w.]+)\s+eq\s+'([^']*)'\s*$/i.exec(test) ?? []
      if (!name || value === undefined) throw new ArmError(400, 'BadRequest', `The filter '${filter}' can't be read.`)
      const values = wanted.get(name.toLowerCase()) ?? new Set<string>()
      wanted.set(name.toLowerCase(), values.add(value.toLowerCase()))
    }
  }
  return {
    groups(metric) {
      const known = metric.dimensions.map((d) => d.toLowerCase())
      for (const name of wanted.keys())
        if (!known.includes(name))
          throw new ArmError(
            400,
            'BadRequest',
            `Metric ${metric.name} does not support the dimension '${name}'. Valid are: ${metric.dimensions.join(', ')}.`,
          )
      const valueOf = (series: Series, name: string): string =>
        Object.entries(series.dimensions).find(([key]) => key.toLowerCase() === name)?.[1] ?? ''
      const kept = metric.series.filter((s) =>
        [...wanted].every(([name, values]) => values.has('*') || values.has(valueOf(s, name).toLowerCase())),
      )
      const grouped = Map.groupBy(kept, (s) => [...wanted.keys()].map((name) => valueOf(s, name)).join('\n'))
      return [...grouped.values()].map((series) => ({
        // Azure gives the names of dimensions back in lower case.
        metadata: [...wanted.keys()].map((name) => [name, series[0] ? valueOf(series[0], name) : ''] as const),
        series,
      }))
    },
  }
}
