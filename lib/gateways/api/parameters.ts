import { forward, forwardMessage, range } from '#lib/contract/api/parameters.ts'
import { z } from 'zod'

export const gatewayLoadParameters = z.strictObject(range).refine(forward, forwardMessage)

export type GatewayLoadParameters = z.output<typeof gatewayLoadParameters>
