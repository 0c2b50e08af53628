import type { CircuitBandwidthAndPlan } from './in-place.ts'

type Plan = CircuitBandwidthAndPlan['plan']

/**
 * Reports whether Azure's documentation lists a change of a circuit's plan that is possible in place. It lists changes
 * away from Local; only a Microsoft engineer's published lab shows a change to Local (dmauser/Lab ExpressRoute/ER-Local).
 */
export const isPlanChangeDocumented = (from: Plan, to: Plan): boolean => to !== 'local' || from === 'local'
