/** Who runs BGP: the customer at an exchange, the provider, or the customer on a port of his own. */
export const connectivities = ['exchange', 'telco', 'direct'] as const
