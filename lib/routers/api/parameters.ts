import { forward, forwardMessage, range } from '#lib/contract/api/parameters.ts'
import { z } from 'zod'

export const circuitRoutersParameters = z.strictObject(range).refine(forward, forwardMessage)

export type CircuitRoutersParameters = z.output<typeof circuitRoutersParameters>
