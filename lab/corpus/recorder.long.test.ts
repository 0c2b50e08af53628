import { holdToHistory } from './testing/hold-to-history.ts'

/**
 * Together they contain lost ages, silent and replaced instances, changed configurations, empty tables, decreased
 * counters, and a clock that is set.
 */
holdToHistory(['S08', 'S13', 'S14', 'S40', 'S186'])
