/** Returns the address of the page of a customer. */
export const customerHref = (name: string): string => `/customers/${encodeURIComponent(name)}`
