import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { createSimulatedCredential } from '#lab/simulator/index.ts'

/** Intervals for a short contact that still makes every kind of poll. */
export const shortTestPollIntervals = {
  sessionsMs: MS_PER_SECOND,
  circuitsMs: MS_PER_SECOND,
  routesMs: MS_PER_SECOND,
  inventoryMs: MS_PER_MINUTE,
  metricsMs: MS_PER_MINUTE,
  activityMs: MS_PER_MINUTE,
}

/** Returns settings with which the SDK signs in to a simulated Azure and lists all of its subscriptions. */
export const simulatedAzure = (resourceManagerUrl: string) => ({
  resourceManagerUrl,
  subscriptionIds: '*' as const,
  createCredential: createSimulatedCredential,
})
