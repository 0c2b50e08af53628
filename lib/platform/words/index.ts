export { findReplacedWords } from './check.ts'
