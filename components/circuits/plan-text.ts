/** Formats the family of a circuit's SKU in ARM: `MeteredData` becomes `metered`. */
export const formatCircuitPlan = (family: string | null) => family?.replace(/Data$/, '').toLowerCase() ?? null
