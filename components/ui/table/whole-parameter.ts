/**
 * Returns the name of the URL parameter that shows all rows of a table. The parameter changes only the rendering; the
 * requests are the same.
 */
export const wholeParameter = (table: string) => `${table}.all`
export const isWholeParameter = (name: string) => name.endsWith('.all')
