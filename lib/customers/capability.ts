import { listCustomers } from './answers/index.ts'
import { endpoints } from './api/index.ts'
import { capability } from '#lib/questions/index.ts'

export const customers = capability({
  endpoints,
  answers: {
    customers: ({ db, parameters }) => listCustomers(db, parameters),
  },
})
