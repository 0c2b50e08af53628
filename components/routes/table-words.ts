import type { Route } from '#lib/contract/index.ts'

const tables: Record<Route['table'], string> = { learned: 'learned', advertised: 'advertised', tables: 'path table' }

/** The table of a route in a word. */
export const tableWords = (table: Route['table']) => tables[table]
