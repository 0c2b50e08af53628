/** The parameter of an address that asks for all rows of a table at once. It changes what is drawn, and nothing that is asked. */
export const wholeParameter = (table: string) => `${table}.all`
export const isWholeParameter = (name: string) => name.endsWith('.all')
