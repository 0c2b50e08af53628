export { checkWords } from './check.ts'
