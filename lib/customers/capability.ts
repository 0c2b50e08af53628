import { listCustomers } from './answers/index.ts'
import { endpoints } from './api/index.ts'
import { defineFeatureCapability } from '#lib/questions/index.ts'

export const customersCapability = defineFeatureCapability({
  endpoints,
  answers: {
    customers: ({ db, parameters }) => listCustomers(db, parameters),
  },
})
