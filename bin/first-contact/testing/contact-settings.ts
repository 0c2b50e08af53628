import { MINUTE, SECOND } from '#lib/contract/time/time.ts'
import { tokenFor } from '#lab/simulator/index.ts'

/** Intervals for a short contact that still makes every kind of poll. */
export const contactIntervals = {
  sessionsMs: SECOND,
  circuitsMs: SECOND,
  routesMs: SECOND,
  inventoryMs: MINUTE,
  metricsMs: MINUTE,
  activityMs: MINUTE,
}

/** Returns settings with which the SDK signs in to a simulated Azure and lists all of its subscriptions. */
export const simulatedAzure = (resourceManagerUrl: string) => ({
  resourceManagerUrl,
  subscriptionIds: '*' as const,
  createCredential: () => ({ getToken: async () => ({ token: tokenFor(9e9), expiresOnTimestamp: 9e12 }) }),
})
