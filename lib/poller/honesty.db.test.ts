import { holdToHonesty } from './testing/hold-to-honesty.ts'

/** Faults: a temporary refusal, and an empty response for existing routes. */
holdToHonesty(['429', 'empty-table'], 20)
