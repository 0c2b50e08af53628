import { customer } from './customers.ts'
import type { z } from 'zod'
import { type Endpoint, listParameters, pageOf } from '#lib/contract/index.ts'

export const endpoints = {
  customers: {
    path: '/customers',
    summary: 'Customers with what belongs to them, by name; last what belongs to none',
    right: 'read',
    parameters: listParameters,
    response: pageOf(customer),
  },
} as const satisfies Record<string, Endpoint>

export type ResponseOf<Name extends keyof typeof endpoints> = z.output<(typeof endpoints)[Name]['response']>
