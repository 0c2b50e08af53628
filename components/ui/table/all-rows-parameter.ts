/**
 * Returns the name of the URL parameter that makes a table render all of its rows. The page sends the same API requests
 * with and without this parameter.
 */
export const getAllRowsParameter = (table: string) => `${table}.all`
export const isAllRowsParameter = (name: string) => name.endsWith('.all')
