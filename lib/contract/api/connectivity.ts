/**
 * Connectivity models of a circuit: the customer runs BGP at an exchange, the provider runs it (telco), or the customer
 * has a port at Microsoft (ExpressRoute Direct).
 */
export const circuitConnectivityModels = ['exchange', 'telco', 'direct'] as const
