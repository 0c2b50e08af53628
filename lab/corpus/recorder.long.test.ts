import { holdToHistory } from './testing/hold-to-history.ts'

/** Between them: lost ages, silent and replaced instances, changed configurations, empty tables, fallen counters, a clock that is set. */
holdToHistory(['S08', 'S13', 'S14', 'S40', 'S186'])
