/** ARM's family in plain words: `MeteredData` is metered. */
export const formatCircuitPlan = (family: string | null) => family?.replace(/Data$/, '').toLowerCase() ?? null
