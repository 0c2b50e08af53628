import { parseAsString, useQueryState } from 'nuqs'
import type { TableSorting } from './table-columns.ts'

/**
 * Returns the sort order of a table from the URL, for the query that loads the table's rows.
 * @param name name of the `DataTable`
 * @param usual order if the URL contains no order
 */
export function useTableSort(name: string, usual: TableSorting): TableSorting {
  const [sort] = useQueryState(`${name}.sort`, parseAsString)
  return sort ? { id: sort.replace(/^-/, ''), desc: sort.startsWith('-') } : usual
}
