export { listCustomers } from './customers.ts'
