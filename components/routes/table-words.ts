import type { Route } from '#lib/contract/index.ts'

const tables: Record<Route['table'], string> = {
  learned: 'learned',
  advertised: 'advertised',
  tables: 'path table',
  effective: 'effective',
}

/** The table of a route in a word. Of a hub, which has no paths, it is that of its effective routes. */
export const tableWords = ({ table, path }: Pick<Route, 'table' | 'path'>) =>
  table === 'tables' && path === null ? 'effective' : tables[table]
