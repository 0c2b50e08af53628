import { listCustomers } from './answers/index.ts'
import { endpoints } from './api/index.ts'
import { defineCapability } from '#lib/questions/index.ts'

export const customers = defineCapability({
  endpoints,
  answers: {
    customers: ({ db, parameters }) => listCustomers(db, parameters),
  },
})
