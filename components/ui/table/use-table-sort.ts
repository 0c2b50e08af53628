import { parseAsString, useQueryState } from 'nuqs'
import type { Sorting } from './features.ts'

/** Returns the order of a table from the URL, for the query that loads its rows. @param name name of the `DataTable` */
export function useTableSort(name: string, usual: Sorting): Sorting {
  const [sort] = useQueryState(`${name}.sort`, parseAsString)
  return sort ? { id: sort.replace(/^-/, ''), desc: sort.startsWith('-') } : usual
}
