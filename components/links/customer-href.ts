/** Returns the address of the page of a customer. */
export const buildCustomerHref = (name: string): string => `/customers/${encodeURIComponent(name)}`
