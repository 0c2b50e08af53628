/** Formats the billing plan of a circuit from the family of its SKU: `MeteredData` becomes `metered`. */
export const formatCircuitPlan = (family: string | null) => family?.replace(/Data$/, '').toLowerCase() ?? null
