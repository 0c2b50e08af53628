/** Returns the URL parameter that shows all rows of a table. It changes only the rendering, not the requests. */
export const wholeParameter = (table: string) => `${table}.all`
export const isWholeParameter = (name: string) => name.endsWith('.all')
