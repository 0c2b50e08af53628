/** How a Cloud Solution Provider connects a customer. */
export const connectWords = { through: 'connect-through', to: 'connect-to' } as const

/** As many as one page may have. */
export const OPEN_INCIDENTS = { state: 'open', limit: 100 } as const

/** The address of a customer's report. */
export const customerHref = (name: string): string => `/customers/${encodeURIComponent(name)}`
