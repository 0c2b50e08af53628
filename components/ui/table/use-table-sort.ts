import { parseAsString, useQueryState } from 'nuqs'
import type { Sorting } from './features.ts'

/** The order that the address asks of a table, for the query that brings its rows. @param name of the `DataTable` */
export function useTableSort(name: string, usual: Sorting): Sorting {
  const [sort] = useQueryState(`${name}.sort`, parseAsString)
  return sort ? { id: sort.replace(/^-/, ''), desc: sort.startsWith('-') } : usual
}
