import { MINUTE, SECOND } from '#lib/contract/time/time.ts'
import { tokenFor } from '#lab/simulator/index.ts'

/** Intervals at which a short contact polls everything. */
export const contactIntervals = {
  sessionsMs: SECOND,
  circuitsMs: SECOND,
  routesMs: SECOND,
  inventoryMs: MINUTE,
  metricsMs: MINUTE,
  activityMs: MINUTE,
}

/** Returns settings with which the SDK signs in to a simulated Azure, whose subscriptions it lists all. */
export const simulatedAzure = (resourceManagerUrl: string) => ({
  resourceManagerUrl,
  subscriptionIds: '*' as const,
  createCredential: () => ({ getToken: async () => ({ token: tokenFor(9e9), expiresOnTimestamp: 9e12 }) }),
})
